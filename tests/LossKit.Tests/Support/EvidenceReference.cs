namespace LossKit.Tests.Support;

/// <summary>Losses of evidence for classes, in plain loops of double that share nothing with the library.</summary>
internal static class EvidenceReference
{
    public static RowReference Of(EvidentialForm form, EvidenceActivation activation, double klWeight) => (x, y, _) =>
    {
        (double Value, double First, double Second)[] evidence = [.. x.Select(logit => Evidence(activation, logit))];
        double[] alpha = [.. evidence.Select(e => 1 + e.Value)];
        double s = alpha.Sum();
        double own = alpha[y];
        double squares = alpha.Sum(a => a * a);
        double loss = form switch
        {
            EvidentialForm.Log => Math.Log(s / own),
            EvidentialForm.Digamma => Polygamma(0, s) - Polygamma(0, own),
            _ => alpha.Select((a, c) =>
                Math.Pow((c == y ? 1 : 0) - a / s, 2) + a * (s - a) / (s * s * (s + 1))).Sum(),
        };
        double rest = s - own + 1;
        int classes = x.Length;
        loss += klWeight * Divergence([.. evidence.Where((_, c) => c != y).Select(e => e.Value)]);
        double[] gradient = new double[classes];
        double[] hessian = new double[classes];
        for (int c = 0; c < classes; c++)
        {
            bool isOwn = c == y;
            double slope;
            double bend;
            switch (form)
            {
                case EvidentialForm.Log:
                    slope = 1 / s - (isOwn ? 1 / own : 0);
                    bend = -1 / (s * s) + (isOwn ? 1 / (own * own) : 0);
                    break;
                case EvidentialForm.Digamma:
                    slope = Polygamma(1, s) - (isOwn ? Polygamma(1, own) : 0);
                    bend = Polygamma(2, s) - (isOwn ? Polygamma(2, own) : 0);
                    break;
                default:
                    // 1 − 2α_y/S + (Σα² + S)/(S² + S).
                    double n = squares + s;
                    double m = s * s + s;
                    double dn = 2 * alpha[c] + 1;
                    double dm = 2 * s + 1;
                    double ratio = (dn * m - n * dm) / (m * m);
                    slope = 2 * own / (s * s) - (isOwn ? 2 / s : 0) + ratio;
                    bend = -4 * own / (s * s * s) + (isOwn ? 4 / (s * s) : 0) + (2 * m - 2 * n) / (m * m) - 2 * dm / m * ratio;
                    break;
            }

            if (!isOwn)
            {
                double a = alpha[c];
                slope += klWeight * ((a - 1) * Polygamma(1, a) - (rest - classes) * Polygamma(1, rest));
                bend += klWeight * (Polygamma(1, a) + (a - 1) * Polygamma(2, a)
                    - Polygamma(1, rest) - (rest - classes) * Polygamma(2, rest));
            }

            gradient[c] = slope * evidence[c].First;
            hessian[c] = bend * evidence[c].First * evidence[c].First + slope * evidence[c].Second;
        }

        return new(loss, gradient, hessian);
    };

    private static (double Value, double First, double Second) Evidence(EvidenceActivation activation, double x)
    {
        double p = 1 / (1 + Math.Exp(-x));
        return activation switch
        {
            EvidenceActivation.Relu => x > 0 ? (x, 1, 0) : default,
            EvidenceActivation.Softplus => (Math.Max(0, x) + Math.Log(1 + Math.Exp(-Math.Abs(x))), p, p * (1 - p)),
            _ => (Math.Exp(x), Math.Exp(x), Math.Exp(x)),
        };
    }

    /// <summary>ψ, ψ′ or ψ″: recurrence up to 25, and there the asymptotic series.</summary>
    private static double Polygamma(int order, double x)
    {
        double sum = 0;
        for (; x < 25; x++)
        {
            sum += order switch { 0 => -1 / x, 1 => 1 / (x * x), _ => -2 / (x * x * x) };
        }

        double w = 1 / (x * x);
        return sum + order switch
        {
            0 => Math.Log(x) - 0.5 / x - w * (1.0 / 12 - w * (1.0 / 120 - w * (1.0 / 252 - w / 240))),
            1 => (1 + 0.5 / x + w * (1.0 / 6 - w * (1.0 / 30 - w * (1.0 / 42 - w / 30)))) / x,
            _ => -w * (1 + 1 / x + w * (0.5 - w * (1.0 / 6 - w * (1.0 / 6 - w * 0.3)))),
        };
    }

    /// <summary>Σ e(ψ(1 + e) − ψ(S)) − log Γ(1 + e), and log Γ(S) − log Γ(K): in decimal, because much of it cancels.</summary>
    private static double Divergence(double[] others)
    {
        decimal classes = others.Length + 1;
        decimal total = classes + others.Sum(e => (decimal)e);
        (decimal logGamma, decimal digamma) = Gamma(total);
        decimal sum = logGamma - Gamma(classes).LogGamma;
        foreach (double e in others.Where(e => e > 0))
        {
            (decimal own, decimal slope) = Gamma(1 + (decimal)e);
            sum += (decimal)e * (slope - digamma) - own;
        }

        return (double)sum;
    }

    /// <summary>log Γ and ψ: recurrence up to 25, and there the asymptotic series.</summary>
    private static (decimal LogGamma, decimal Digamma) Gamma(decimal x)
    {
        decimal product = 1;
        decimal sum = 0;
        for (; x < 25; x++)
        {
            product *= x;
            sum -= 1 / x;
        }

        decimal log = Log(x);
        decimal w = 1 / (x * x);
        return (
            (x - 0.5m) * log - x + 0.9189385332046727417803297364m - Log(product)
                + (1m / 12 - w * (1m / 360 - w * (1m / 1260 - w * (1m / 1680 - w / 1188)))) / x,
            log - 0.5m / x - w * (1m / 12 - w * (1m / 120 - w * (1m / 252 - w * (1m / 240 - w / 132)))) + sum);
    }

    /// <summary>Newton's method from the logarithm in double, once: a cube of its error is left.</summary>
    private static decimal Log(decimal x)
    {
        decimal guess = (decimal)Math.Log((double)x);

        // e^guess in decimal, by halves.
        decimal power = guess / 256;
        decimal term = 1;
        decimal exponential = 1;
        for (int k = 1; k < 20; k++)
        {
            term *= power / k;
            exponential += term;
        }

        for (int k = 0; k < 8; k++)
        {
            exponential *= exponential;
        }

        return guess + 2 * (x - exponential) / (x + exponential);
    }
}
