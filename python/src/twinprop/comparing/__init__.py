"""Two traces compared: verdict, bound, first difference, and the sentence that says so."""
