"""What the report shows beyond scores; each part is computed once, in a job."""
