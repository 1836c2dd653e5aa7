"""What explains a model, as pure maths on plain arrays: nothing here knows a learner."""
