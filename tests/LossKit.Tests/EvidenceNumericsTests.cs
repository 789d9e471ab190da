using System.Numerics;

namespace LossKit.Tests;

public sealed class SingleEvidenceNumericsTests : EvidenceNumericsTests<float>;

public sealed class DoubleEvidenceNumericsTests : EvidenceNumericsTests<double>;

/// <summary>Much evidence, and hardly any, against numbers of 40 digits.</summary>
public abstract class EvidenceNumericsTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private static readonly (double[] Logits, int Label, EvidentialForm Form, double Loss, double[] Gradient)[] s_cases =
    [
        ([1e4, 5e3, 0.5], 0, EvidentialForm.Squares, 14.204019700360029,
            [-2.9632592558528164e-5, 0.00045895906088496941, -0.53208436364163514]),
        ([1e4, 5e3, 0.5], 0, EvidentialForm.Log, 14.387314410455999,
            [-3.3338886260005985e-5, 0.00046636128897178578, -0.53203254510535517]),
        ([1e4, 5e3, 0.5], 2, EvidentialForm.Digamma, 21.643537768825017,
            [0.00018329426634444692, 0.00013329926634439692, -0.93473554720870452]),
        ([1e20, 1e4, -1e4], 0, EvidentialForm.Squares, 15.728133488404418, [-4.0016e-52, 0.00019994001499640085, 0]),
        ([1e20, 1e4, -1e4], 1, EvidentialForm.Squares, 91.410256539201882, [2e-20, -4e-20, 0]),
        ([1e20, 1e4, -1e4], 1, EvidentialForm.Digamma, 126.25156802793995, [3e-20, -9.9995000166666656e-5, 0]),
        ([3e-8, 1e-9, -1], 2, EvidentialForm.Log, 1.0986122990014435, [0.33333336699395284, 0.33333331929086706, 0]),
    ];

    [Fact]
    public void No_digits_are_lost()
    {
        double tolerance = typeof(T) == typeof(float) ? 1e-6 : 1e-14;
        foreach ((double[] numbers, int label, EvidentialForm form, double expected, double[] slopes) in s_cases)
        {
            T[] logits = Array.ConvertAll(numbers, T.CreateTruncating);
            T[] gradient = new T[3];
            double value = Loss.EvidentialClassification<T>(3, form).ValueAndGradient(logits, [label], gradient).Mean;
            value.Should().BeApproximately(expected, tolerance * (1 + expected), $"{form} of {numbers[0]}");
            for (int k = 0; k < 3; k++)
            {
                double.CreateTruncating(gradient[k]).Should().BeApproximately(
                    slopes[k], tolerance, $"{form} of {numbers[0]}, {k}");
            }
        }
    }

    /// <summary>In float, the squares of evidence are beyond its range.</summary>
    [Theory]
    [InlineData(EvidentialForm.Squares)]
    [InlineData(EvidentialForm.Log)]
    [InlineData(EvidentialForm.Digamma)]
    public void The_curvature_of_much_evidence_is_in_range(EvidentialForm form)
    {
        foreach (double lead in (double[])[2, 30, 47, 53])
        {
            Hessian<T>(form, lead).Should().Equal(
                Hessian<double>(form, lead),
                (h, known) => Math.Abs(h - known) < 2e-5 * (1 + Math.Abs(known)),
                $"{form} {lead}");
        }
    }

    private static double[] Hessian<TNumber>(EvidentialForm form, double lead)
        where TNumber : unmanaged, IFloatingPointIeee754<TNumber>
    {
        double[] logits = [lead, lead - 1, 3, lead, lead + 0.5, lead - 40];
        TNumber[] hessian = new TNumber[6];
        Loss.EvidentialClassification<TNumber>(3, form, EvidenceActivation.Exp).ValueGradientAndHessian(
            Array.ConvertAll(logits, TNumber.CreateTruncating), [0, 2], new TNumber[6], hessian);
        return Array.ConvertAll(hessian, double.CreateTruncating);
    }
}
