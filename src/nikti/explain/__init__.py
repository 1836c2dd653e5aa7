"""Explanations of models as pure maths on plain arrays; nothing here depends on a learner."""
