using LossKit;

float[] predictions = [2.1f, 0.4f, -1.3f, 7.9f];
float[] targets = [2.0f, 0.0f, -1.0f, 1.0f];
float[] gradient = new float[4];

// Too low costs four times as much as too high; beyond 1 an error grows only linearly.
PointwiseLoss<float> loss = Loss.Huber<float>(delta: 1).Asymmetric(over: 1, under: 4);
Cost cost = loss.ValueAndGradient(predictions, targets, gradient);
Console.WriteLine($"mean loss {cost.Mean:F4}, gradient [{string.Join(", ", gradient)}]");

// The cost of a data set: the mean over all examples, whatever the sizes of the batches.
CostAggregator epoch = new();
epoch.Add(cost);
epoch.Add(loss.Value([0.5f], [0.7f]));
Console.WriteLine($"mean over {epoch.Total.Count} examples {epoch.Mean:F4}");
