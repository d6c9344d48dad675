"""Divan's engine: BPMN cases, their human tasks and jobs, without a web framework."""
