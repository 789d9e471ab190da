using System.Numerics;

namespace LossKit.Tests;

/// <summary>The derivatives of every operation that a formula can use, against finite differences.</summary>
[Trait("Category", "Kernels")]
public sealed class JetTests
{
    public static TheoryData<string> Operations => new(Operation.Names);

    [Theory, MemberData(nameof(Operations))]
    public void Derivatives_of_each_operation_are_right(string name)
    {
        (double from, double to) = Operation.Range(name);
        GradientReport report = GradientChecker.Check(
            Loss.FromFormula<double, Operation>(new(name)), from, to, [0.7], points: 333);
        report.IsConsistent.Should().BeTrue(report.ToString());
    }

    [Fact]
    public void Vector_jets_agree_with_scalar_jets()
    {
        foreach (string name in Operation.Names)
        {
            Agree<float>(new(name), 1e-5f);
            Agree<double>(new(name), 1e-13);
        }

        static void Agree<T>(Operation operation, T tolerance) where T : unmanaged, IFloatingPointIeee754<T>
        {
            PointwiseLoss<T> loss = Loss.FromFormula<T, Operation>(operation);
            (double from, double to) = Operation.Range(operation.Name);
            T[] x = Enumerable.Range(0, 61).Select(i => T.CreateTruncating(from + (to - from) * i / 61)).ToArray();
            T[] t = Enumerable.Repeat(T.CreateTruncating(0.7), 61).ToArray();
            T[] gradient = new T[61];
            T[] hessian = new T[61];
            loss.ValueGradientAndHessian(x, t, gradient, hessian, reduction: Reduction.Sum);
            for (int i = 0; i < 61; i++)
            {
                PointLoss<T> point = loss.At(x[i], t[i]);
                (T.Abs(gradient[i] - point.Derivative) <= tolerance * (T.One + T.Abs(point.Derivative)))
                    .Should().BeTrue($"{operation.Name}'({x[i]}) is {gradient[i]} and {point.Derivative}");
                (T.Abs(hessian[i] - point.SecondDerivative) <= tolerance * (T.One + T.Abs(point.SecondDerivative)))
                    .Should().BeTrue($"{operation.Name}''({x[i]}) is {hessian[i]} and {point.SecondDerivative}");
            }
        }
    }

    [Fact]
    public void A_derivative_of_zero_stays_zero_beside_infinity()
    {
        Jet2<ScalarLane<double>> infinite = Jet2<ScalarLane<double>>.Constant(double.PositiveInfinity);
        Jet2<ScalarLane<double>> variable = Jet2<ScalarLane<double>>.Variable(3.0);
        Jet2<ScalarLane<double>> product = infinite * (variable - variable);
        Jet2<ScalarLane<double>>.First(product).Number.Should().Be(0);
        Jet2<ScalarLane<double>>.Second(infinite + infinite * infinite).Number.Should().Be(0);
        Jet2<ScalarLane<double>>.Second(variable / infinite).Number.Should().Be(0);
    }

    [Fact]
    public void Kinks_have_their_documented_derivatives()
    {
        (string Name, double At, double Derivative)[] kinks =
        [
            ("abs", 0, 0), ("positive part", 0, 0), ("sqrt of square", 0, 0), ("clamp", -1, 1), ("clamp", 1, 1),
            ("min", 0.7, 1), ("max", 0.7, 1),
        ];
        foreach ((string name, double at, double derivative) in kinks)
        {
            Loss.FromFormula<double, Operation>(new(name)).At(at, 0.7).Derivative.Should().Be(derivative, name);
        }
    }

    /// <summary>One operation of a lane as a formula: the variable is the prediction, a constant the target.</summary>
    private readonly struct Operation(string name) : IPointwiseFormula
    {
        private static readonly Dictionary<string, (double From, double To)> s_ranges = new()
        {
            ["sum and difference"] = (-3, 3),
            ["product"] = (-3, 3),
            ["quotient"] = (0.5, 4),
            ["inverse"] = (0.5, 4),
            ["square"] = (-3, 3),
            ["abs"] = (-3, 3),
            ["positive part"] = (-3, 3),
            ["min"] = (-3, 3),
            ["max"] = (-3, 3),
            ["clamp"] = (-3, 3),
            ["sqrt"] = (0.5, 9),
            ["sqrt of square"] = (-3, 3),
            ["exp"] = (-3, 3),
            ["expm1"] = (-3, 3),
            ["log"] = (0.5, 4),
            ["log1p"] = (-0.5, 4),
            ["softplus"] = (-6, 6),
            ["sigmoid"] = (-6, 6),
            ["opposite softplus"] = (-6, 6),
            ["opposite sigmoid"] = (-6, 6),
            ["tanh"] = (-3, 3),
            ["log cosh"] = (-3, 3),
            ["weigh"] = (-3, 3),
            ["select"] = (-3, 3),
            ["negative"] = (-3, 3),
            ["sin pi"] = (-3, 3),
            ["by hand"] = (-3, 3),
            ["pow"] = (0.5, 4),
            ["atan"] = (-3, 3),
            ["sin"] = (-3, 3),
            ["cos"] = (-3, 3),
            ["erf"] = (-3, 3),
            ["normal cdf"] = (-4, 4),
            ["log normal cdf"] = (-9, 4),
            ["log gamma"] = (0.3, 6),
            ["digamma"] = (0.3, 6),
        };

        public string Name { get; } = name;

        public static IEnumerable<string> Names => s_ranges.Keys;

        public static (double From, double To) Range(string name) => s_ranges[name];

        // Squared or multiplied by the variable throughout, so that inner first and second derivatives are not trivial.
        public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
        {
            TLane x = prediction;
            TLane curved = x + 0.1 * TLane.Square(x);
            Parameter three = 3;
            return Name switch
            {
                "sum and difference" => curved + target - 2.0 * x,
                "product" => curved * TLane.Square(x) * target,
                "quotient" => curved / (TLane.Square(x) + 1.0),
                "inverse" => target / curved,
                "square" => TLane.Square(curved),
                "abs" => TLane.Abs(x) * (1.0 + TLane.Square(x)),
                "positive part" => TLane.PositivePart(x),
                "min" => TLane.Min(x, target),
                "max" => TLane.Max(x, target),
                "clamp" => TLane.Clamp(x, -1.0, 1.0),
                "sqrt" => TLane.Sqrt(curved),
                "sqrt of square" => TLane.Sqrt(TLane.Square(x)),
                "exp" => TLane.Exp(curved),
                "expm1" => TLane.Expm1(curved),
                "log" => TLane.Log(curved),
                "log1p" => TLane.Log1p(curved),
                "softplus" => TLane.Softplus(curved),
                "sigmoid" => TLane.Sigmoid(curved),
                "opposite softplus" => TLane.Logistic(curved).OppositeSoftplus,
                "opposite sigmoid" => TLane.Logistic(curved).OppositeSigmoid,
                "tanh" => TLane.Tanh(curved),
                "log cosh" => TLane.LogCosh(curved),
                "weigh" => TLane.Weigh(curved, TLane.Exp(x)),
                "select" => TLane.SelectGreater(x, target, three * curved, curved),
                "negative" => -curved,
                "sin pi" => TLane.SinPi(curved),
                "pow" => TLane.Pow(curved, 1.7),
                "atan" => Functions.Atan(curved),
                "sin" => Functions.Sin(curved),
                "cos" => Functions.Cos(curved),
                "erf" => Functions.Erf(curved),
                "normal cdf" => Functions.NormalCdf(curved),
                "log normal cdf" => Functions.LogNormalCdf(curved),
                "log gamma" => Functions.LogGamma(curved),
                "digamma" => Functions.Digamma(curved),
                "by hand" => TLane.Evaluate(default(CubeByHand), curved, target),
                _ => throw new InvalidOperationException($"No such operation: {Name}."),
            };
        }
    }

    private readonly struct CubeByHand : IExplicitFormula
    {
        public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target)
            where TLane : struct, ILane<TLane> => new()
            {
                Value = target * prediction * TLane.Square(prediction),
                First = 3.0 * (target * TLane.Square(prediction)),
                Second = 6.0 * (target * prediction),
            };
    }
}
