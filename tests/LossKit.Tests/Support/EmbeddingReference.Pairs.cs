namespace LossKit.Tests.Support;

// Pairs and triplets, with their gradients.
internal sealed partial class EmbeddingReference
{
    public static EmbeddingDefinition Contrastive(double margin) => batch =>
    {
        for (int row = 0; row < batch.Rows; row++)
        {
            batch._anchor = row;
            batch.Contrast(row, batch.Rows + row, batch.Labels[row] == 1, margin);
        }
    };

    public static EmbeddingDefinition LinearContrastive(double near, double far) => batch =>
    {
        for (int row = 0; row < batch.Rows; row++)
        {
            batch._anchor = row;
            bool areAlike = batch.Labels[row] == 1;
            double distance = Math.Sqrt(batch.SquaredDistance(row, batch.Rows + row));
            double beyond = areAlike ? distance - near : far - distance;
            batch.AddLoss(Math.Max(0, beyond));
            batch.Stretch(row, batch.Rows + row, beyond <= 0 ? 0 : areAlike ? 1 : -1, isSquared: false);
        }
    };

    public static EmbeddingDefinition CosineEmbedding(double margin) => batch =>
    {
        for (int row = 0; row < batch.Rows; row++)
        {
            batch._anchor = row;
            int other = batch.Rows + row;
            double squareU = batch.Dot(row, row) + CosineEpsilon;
            double squareV = batch.Dot(other, other) + CosineEpsilon;
            double norms = Math.Sqrt(squareU) * Math.Sqrt(squareV);
            double cosine = batch.Dot(row, other) / norms;
            bool isAlike = batch.Labels[row] == 1;
            batch.AddLoss(isAlike ? 1 - cosine : Math.Max(0, cosine - margin));
            double slope = isAlike ? -1 : cosine > margin ? 1 : 0;
            batch.Push(row, slope / norms, batch._points[other]);
            batch.Push(row, -slope * cosine / squareU, batch._points[row]);
            batch.Push(other, slope / norms, batch._points[row]);
            batch.Push(other, -slope * cosine / squareV, batch._points[other]);
        }
    };

    /// <summary>On the cosine of two rows, and the derivative with respect to it.</summary>
    public static EmbeddingDefinition OfCosine(Func<double, int, (double Loss, double Slope)> formula) => batch =>
    {
        for (int row = 0; row < batch.Rows; row++)
        {
            batch._anchor = row;
            int other = batch.Rows + row;
            (double D, double[][] Left, double[][] Right) distance =
                CosineDistance(batch._points[row], batch._points[other]);
            (double loss, double slope) = formula(1 - distance.D, batch.Labels[row]);
            batch.AddLoss(loss);
            Array.ForEach(distance.Left, term => batch.Push(row, -slope, term));
            Array.ForEach(distance.Right, term => batch.Push(other, -slope, term));
        }
    };

    public static EmbeddingDefinition MarginRanking(double margin) => batch =>
    {
        for (int row = 0; row < batch.Rows; row++)
        {
            batch._anchor = row;
            int other = batch.Rows + row;
            double sign = batch.Labels[row];
            double argument = margin - sign * (batch._points[row][0] - batch._points[other][0]);
            batch.AddLoss(Math.Max(0, argument));
            batch.Push(row, argument > 0 ? -sign : 0, [1]);
            batch.Push(other, argument > 0 ? sign : 0, [1]);
        }
    };

    public static EmbeddingDefinition Triplet(double margin, bool isSquared = false, bool swaps = false) =>
        Triplet(Hinge(margin), isSquared, swaps);

    public static EmbeddingDefinition SoftTriplet(bool swaps) => Triplet(
        margin => (Math.Log(1 + Math.Exp(-margin)), -1 / (1 + Math.Exp(margin))), isSquared: false, swaps);

    public static EmbeddingDefinition SquaredSoftTriplet(double margin) => Triplet(
        by => (GroupReference.Softplus(margin - by), -1 / (1 + Math.Exp(by - margin))), isSquared: true, swaps: false);

    /// <summary>On the distance of two rows, which comes with the terms of its gradients.</summary>
    public static EmbeddingDefinition TripletWithDistance(
        double margin, bool swaps, Func<double[], double[], (double D, double[][] Left, double[][] Right)> distance) =>
        batch =>
        {
            for (int row = 0; row < batch.Rows; row++)
            {
                batch._anchor = row;
                int positive = batch.Rows + row;
                int negative = 2 * batch.Rows + row;
                (double near, double[][] ofAnchor, double[][] ofPositive) =
                    distance(batch._points[row], batch._points[positive]);
                (double far, double[][] ofFrom, double[][] ofNegative) =
                    distance(batch._points[row], batch._points[negative]);
                (double D, double[][] Left, double[][] Right) other =
                    distance(batch._points[positive], batch._points[negative]);
                bool isSwapped = swaps && other.D < far;
                if (isSwapped)
                {
                    (far, ofFrom, ofNegative) = other;
                }

                double loss = Math.Max(0, margin + near - far);
                batch.AddLoss(loss);
                batch.Triplets++;
                batch.Active += loss > 0 ? 1 : 0;
                double slope = loss > 0 ? 1 : 0;
                Array.ForEach(ofAnchor, term => batch.Push(row, slope, term));
                Array.ForEach(ofPositive, term => batch.Push(positive, slope, term));
                Array.ForEach(ofFrom, term => batch.Push(isSwapped ? positive : row, -slope, term));
                Array.ForEach(ofNegative, term => batch.Push(negative, -slope, term));
            }
        };

    public static (double D, double[][] Left, double[][] Right) Manhattan(double[] left, double[] right)
    {
        double[] signs = [.. left.Zip(right, (a, b) => (double)Math.Sign(a - b))];
        return (left.Zip(right, (a, b) => Math.Abs(a - b)).Sum(), [signs], [[.. signs.Select(sign => -sign)]]);
    }

    public static (double D, double[][] Left, double[][] Right) Chebyshev(double[] left, double[] right)
    {
        double[] sizes = [.. left.Zip(right, (a, b) => Math.Abs(a - b))];
        int at = Array.IndexOf(sizes, sizes.Max());
        double[] signs = new double[left.Length];
        signs[at] = Math.Sign(left[at] - right[at]);
        return (sizes[at], [signs], [[.. signs.Select(sign => -sign)]]);
    }

    public static (double D, double[][] Left, double[][] Right) CosineDistance(double[] left, double[] right)
    {
        double normLeft = Math.Sqrt(Dot(left, left));
        double normRight = Math.Sqrt(Dot(right, right));
        double lengthLeft = Math.Max(normLeft, LeastNorm);
        double lengthRight = Math.Max(normRight, LeastNorm);
        double cosine = Dot(left, right) / lengthLeft / lengthRight;
        return (1 - cosine, Gradient(left, right, normLeft), Gradient(right, left, normRight));

        double[][] Gradient(double[] row, double[] other, double norm) =>
        [
            [.. row.Select(a => norm < LeastNorm ? 0 : cosine * a / norm / norm)],
            [.. other.Select(b => -b / lengthLeft / lengthRight)],
        ];
    }
}
