"""Families of methods that the deep side stands for, in the field's words: the `METHOD` of its networks.

A family that is not among them is named where its first network is: METHOD = Words(en="...", bn="...").
"""

from nikti.core.words import Words

BAG_OF_NGRAMS = Words(en="bag of n-grams", bn="এন-গ্রামের থলি")
CONVOLUTIONAL = Words(en="convolutional", bn="কনভোলিউশনাল")
PERCEPTRON = Words(en="perceptron", bn="পারসেপট্রন")
RECURRENT = Words(en="recurrent", bn="রিকারেন্ট")
RESIDUAL = Words(en="residual", bn="রেসিডুয়াল")
TRANSFORMER = Words(en="Transformer", bn="ট্রান্সফরমার")

#: A family whose networks start from given weights.
PRETRAINED = Words(en="pre-trained {method}", bn="প্রি-ট্রেইনড {method}")
