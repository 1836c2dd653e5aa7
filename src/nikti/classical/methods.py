"""Families of methods that the classical side stands for, in the field's words: the `METHOD` of its models.

A family that is not among them is named where its first model is: METHOD = Words(en="...", bn="...").
"""

from nikti.core.words import Words

BAYES = Words(en="Bayes", bn="বেইজ")
BOOSTED_TREES = Words(en="boosted trees", bn="বুস্টেড ট্রি")
COMPONENTS = Words(en="components", bn="কম্পোনেন্ট")
DISCRIMINANTS = Words(en="discriminants", bn="ডিসক্রিমিন্যান্ট")
FOREST = Words(en="forest", bn="ফরেস্ট")
KERNEL = Words(en="kernel", bn="কার্নেল")
LINEAR = Words(en="linear", bn="লিনিয়ার")
NEIGHBOURS = Words(en="nearest neighbours", bn="নিকটতম প্রতিবেশী")
PHRASE_TABLE = Words(en="phrase table", bn="শব্দগুচ্ছের তালিকা")
RANDOM_KERNELS = Words(en="random kernels", bn="র‍্যান্ডম কার্নেল")
SLIDING_WINDOWS = Words(en="sliding windows", bn="স্লাইডিং উইন্ডো")
TREE = Words(en="decision tree", bn="ডিসিশন ট্রি")
