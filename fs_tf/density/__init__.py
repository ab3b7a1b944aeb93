"""How likely an embedding is: Real-NVP flows, nearest neighbours, their aggregation.

The modules know no network and no image: they see embeddings, float32 [..., D].
"""

from fs_tf import environment

environment.pin_keras("tf_keras")
environment.check_kernels()
