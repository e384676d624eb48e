"""Pages and pictures: the steps of an epoch, the report, the lesson."""
