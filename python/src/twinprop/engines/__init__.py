"""Who runs a case: Python, R by rpy2, R by Rscript; and the machine they run on."""
