namespace LossKit.Tests.Support;

// Batches each of whose rows is compared with others, with their gradients.
internal sealed partial class EmbeddingReference
{
    public static EmbeddingDefinition GeneralizedLiftedStructure(double margin) => batch =>
        batch.ForEachAnchor((anchor, positives, negatives) =>
        {
            if (positives.Length == 0 || negatives.Length == 0)
            {
                batch.Losses.Add(0);
                return;
            }

            double Of(int other) => Math.Sqrt(batch.SquaredDistance(anchor, other));
            double near = GroupReference.LogSumExp(positives.Select(Of));
            double far = GroupReference.LogSumExp(negatives.Select(other => margin - Of(other)));
            batch.AddLoss(Math.Max(0, near + far));
            double slope = near + far > 0 ? 1 : 0;
            foreach (int other in positives)
            {
                batch.Stretch(anchor, other, slope * Math.Exp(Of(other) - near), isSquared: false);
            }

            foreach (int other in negatives)
            {
                batch.Stretch(anchor, other, -slope * Math.Exp(margin - Of(other) - far), isSquared: false);
            }
        });

    public static EmbeddingDefinition Nca(double scale) => batch =>
        batch.ForEachAnchor((anchor, positives, negatives) =>
        {
            if (positives.Length == 0)
            {
                batch.Losses.Add(0);
                return;
            }

            double Of(int other) => -scale * batch.SquaredDistance(anchor, other);
            double near = GroupReference.LogSumExp(positives.Select(Of));
            double far = GroupReference.LogSumExp(negatives.Select(Of));
            batch.AddLoss(GroupReference.Softplus(far - near));
            double slope = -scale / (1 + Math.Exp(near - far));
            foreach (int other in positives)
            {
                batch.Stretch(anchor, other, -slope * Math.Exp(Of(other) - near), isSquared: true);
            }

            foreach (int other in negatives)
            {
                batch.Stretch(anchor, other, slope * Math.Exp(Of(other) - far), isSquared: true);
            }
        });

    public static EmbeddingDefinition InfoNce(double temperature, bool normalizes) => batch =>
    {
        Similarities similarities = new(batch, temperature, normalizes);
        int[] keys = [.. Enumerable.Range(batch.Rows, batch.Rows)];
        for (int row = 0; row < batch.Rows; row++)
        {
            batch._anchor = row;
            batch.AddLoss(similarities.Choose(row, keys, [batch.Rows + row]));
        }

        similarities.Finish();
    };

    public static EmbeddingDefinition NtXent(double temperature) => batch =>
    {
        Similarities similarities = new(batch, temperature, normalizes: true);
        int[] views = [.. Enumerable.Range(0, 2 * batch.Rows)];
        foreach (int view in views)
        {
            batch._anchor = view;
            int match = view < batch.Rows ? view + batch.Rows : view - batch.Rows;
            batch.AddLoss(similarities.Choose(view, [.. views.Where(other => other != view)], [match]));
        }

        similarities.Finish();
    };

    public static EmbeddingDefinition SupervisedContrastive(double temperature, bool normalizes) => batch =>
    {
        Similarities similarities = new(batch, temperature, normalizes);
        batch.ForEachAnchor((anchor, positives, negatives) =>
        {
            if (positives.Length == 0)
            {
                batch.Losses.Add(0);
                return;
            }

            batch.AddLoss(similarities.Choose(anchor, [.. positives, .. negatives], positives));
        });
        similarities.Finish();
    };

    public static EmbeddingDefinition MultiSimilarity(
        double alpha,
        double beta,
        double center,
        bool normalizes = true,
        bool needsBoth = false,
        double? epsilon = null) => batch =>
    {
        Similarities similarities = new(batch, temperature: 1, normalizes);
        batch.ForEachAnchor((anchor, positives, negatives) =>
        {
            if (needsBoth && (positives.Length == 0 || negatives.Length == 0))
            {
                batch.Losses.Add(0);
                return;
            }

            if (epsilon is { } least)
            {
                double Of(int other) => similarities.Similarity(anchor, other);
                double nearest = negatives.Select(Of).Append(double.NegativeInfinity).Aggregate(double.MaxNumber);
                double farthest = positives.Select(Of).Append(double.PositiveInfinity).Aggregate(double.MinNumber);
                positives = [.. positives.Where(other => !(Of(other) - least >= nearest))];
                negatives = [.. negatives.Where(other => !(Of(other) + least <= farthest))];
            }

            double near = similarities.LogSum(anchor, positives, s => -alpha * (s - center));
            double far = similarities.LogSum(anchor, negatives, s => beta * (s - center));
            batch.AddLoss(GroupReference.Softplus(near) / alpha + GroupReference.Softplus(far) / beta);
            similarities.Pull(anchor, positives, s => -Math.Exp(-alpha * (s - center) - GroupReference.Softplus(near)));
            similarities.Pull(anchor, negatives, s => Math.Exp(beta * (s - center) - GroupReference.Softplus(far)));
        });
        similarities.Finish();
    };

    public static EmbeddingDefinition Circle(double margin, double gamma, bool stopsWeights) => batch =>
    {
        Similarities similarities = new(batch, temperature: 1, normalizes: true);
        batch.ForEachAnchor((anchor, positives, negatives) =>
        {
            if (positives.Length == 0 || negatives.Length == 0)
            {
                batch.Losses.Add(0);
                return;
            }

            Func<double, double> ofNear = s => -gamma * Math.Max(0, 1 + margin - s) * (s - 1 + margin);
            Func<double, double> ofFar = s => gamma * Math.Max(0, s + margin) * (s - margin);
            double near = similarities.LogSum(anchor, positives, ofNear);
            double far = similarities.LogSum(anchor, negatives, ofFar);
            batch.AddLoss(GroupReference.Softplus(near + far));
            double slope = Math.Exp(near + far - GroupReference.Softplus(near + far));
            similarities.Pull(anchor, positives, s => slope * Math.Exp(ofNear(s) - near)
                * -gamma * (Math.Max(0, 1 + margin - s) - (stopsWeights || s >= 1 + margin ? 0 : s - 1 + margin)));
            similarities.Pull(anchor, negatives, s => slope * Math.Exp(ofFar(s) - far)
                * gamma * (Math.Max(0, s + margin) + (stopsWeights || s <= -margin ? 0 : s - margin)));
        });
        similarities.Finish();
    };
}
