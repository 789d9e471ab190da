// Tensors are counted over all threads.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
