"""How models of hand-made features learn an answer: one file per kind of answer that they can, by its name in
`nikti.answers`, with

    learnable(targets) -> (present, learned, centre, spread)
                           what the estimator learns [n]; the class codes that occur; values are learned as
                           (value - centre) / spread, so that penalties mean the same in any unit
    relevance(columns, targets) -> float [d]
                           how well each column tells the answers apart, the higher the better

or, where each class has a fit of its own,

    LEARNED_AS             the kind of answer that such a fit learns
"""
