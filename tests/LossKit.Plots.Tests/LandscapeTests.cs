using LossKit.Plots.Tests.Support;

namespace LossKit.Plots.Tests;

public sealed class LandscapeTests
{
    private static readonly double[] s_corner = [1, 1];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Leading_eigenvalues_are_those_of_a_known_quadratic(int seed)
    {
        double[] known = [50, -30, 10, .. Enumerable.Range(3, 57).Select(i => 0.1 * i)];
        double[][] axes = OrthogonalAxes(known.Length);
        double[] point = [.. Enumerable.Range(0, known.Length).Select(i => 0.1 * i - 2)];
        HessianSpectrum spectrum = HessianSpectrum.Leading(Quadratic(known, axes), point, count: 3, seed: seed);
        for (int i = 0; i < 3; i++)
        {
            spectrum.Eigenvalues[i].Should().BeApproximately(known[i], 1e-6);
            spectrum.Residuals[i].Should().BeLessThan(1e-4);
            double[] vector = spectrum.Eigenvectors[i];
            Dot(vector, vector).Should().BeApproximately(1, 1e-12);
            Math.Abs(Dot(vector, axes[i])).Should().BeApproximately(1, 1e-8);
        }
    }

    [Fact]
    public void All_eigenvalues_are_found_of_few_parameters_the_same_ones_too()
    {
        double[] known = [3, 3, 3, -3, 0];
        HessianSpectrum spectrum = HessianSpectrum.Leading(
            Quadratic(known, OrthogonalAxes(5)), new double[5], count: 9);
        spectrum.Eigenvalues.Should().HaveCount(5);
        spectrum.Eigenvalues.Order().Zip(known.Order())
            .Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) < 1e-8);
        spectrum.Eigenvectors
            .SelectMany((a, i) => spectrum.Eigenvectors.Skip(i + 1).Select(b => Math.Abs(Dot(a, b))))
            .Max().Should().BeLessThan(1e-9);
    }

    [Fact]
    public void Few_steps_say_by_their_residual_how_far_they_are()
    {
        double[] known = [.. Enumerable.Range(1, 80).Select(i => (double)i)];
        HessianSpectrum spectrum = HessianSpectrum.Leading(
            Quadratic(known, OrthogonalAxes(80)), new double[80], count: 1, steps: 3);
        spectrum.Residuals[0].Should().BeGreaterThan(1);
        known.Min(value => Math.Abs(value - spectrum.Eigenvalues[0])).Should()
            .BeLessThanOrEqualTo(spectrum.Residuals[0]);
    }

    [Fact]
    public void Curvatures_of_an_objective_of_a_loss_are_those_of_its_Hessian()
    {
        // At the minimum of Rosenbrock's function: λ² − 1002 λ + 400 = 0.
        double root = Math.Sqrt(501.0 * 501 - 400);
        HessianSpectrum spectrum = HessianSpectrum.Leading(Rosenbrock, s_corner);
        spectrum.Eigenvalues[0].Should().BeApproximately(501 + root, 1e-5);
        spectrum.Eigenvalues[1].Should().BeApproximately(501 - root, 1e-5);

        // Mean squared error of w·x with x = (1, 0), (0, 2): Hessian diag(1, 4).
        PointwiseLoss<double> loss = Loss.SquaredError<double>();
        HessianSpectrum ofLoss = HessianSpectrum.Leading(
            (w, gradient) =>
            {
                double[] slopes = new double[2];
                double value = loss.ValueAndGradient([w[0], 2 * w[1]], [3, 4], slopes).Mean;
                (gradient[0], gradient[1]) = (slopes[0], 2 * slopes[1]);
                return value;
            },
            [0.5, -1]);
        ofLoss.Eigenvalues.Zip([4.0, 1]).Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) < 1e-8);
        Math.Abs(ofLoss.Eigenvectors[0][1]).Should().BeApproximately(1, 1e-8);
    }

    [Fact]
    public void A_gradient_that_is_not_finite_has_no_curvature()
    {
        ((Action)(() => HessianSpectrum.Leading(NoNumber, s_corner))).Should().Throw<ArgumentException>()
            .WithParameterName("function");
        ((Action)(() => HessianSpectrum.Leading(Rosenbrock, []))).Should().Throw<ArgumentException>()
            .WithParameterName("point");
        ((Action)(() => HessianSpectrum.Leading(Rosenbrock, s_corner, count: 2, steps: 1)))
            .Should().Throw<ArgumentException>().WithParameterName("steps");
    }

    [Fact]
    public void Slices_are_the_values_of_the_function()
    {
        double[] direction = [0.5, -2];
        LandscapeLine line = LandscapeLine.Along(
            Rosenbrock, s_corner, direction, radius: 0.7, points: 21, name: "down");
        line.Name.Should().Be("down");
        line.Positions.Should().BeInAscendingOrder().And.HaveCount(21);
        (line.Positions[0], line.Positions[10], line.Positions[20]).Should().Be((-0.7, 0, 0.7));
        for (int i = 0; i < 21; i++)
        {
            double t = line.Positions[i];
            double[] gradient = new double[2];
            line.Values[i].Should().BeApproximately(Rosenbrock([1 + 0.5 * t, 1 - 2 * t], gradient), 1e-10);
            line.Slopes[i].Should().BeApproximately(0.5 * gradient[0] - 2 * gradient[1], 1e-9);
        }

        LandscapePlane plane = LandscapePlane.Along(Rosenbrock, s_corner, [0, 1], [3, 0], radius: 0.5, points: 5);
        for (int i = 0; i < 25; i++)
        {
            (int first, int second) = (i / 5, i % 5);
            double[] place = [1 + 3 * plane.Positions[second], 1 + plane.Positions[first]];
            plane.Value(first, second).Should().BeApproximately(Rosenbrock(place, new double[2]), 1e-10);
        }

        ((Action)(() => LandscapeLine.Along(Rosenbrock, s_corner, [1.0]))).Should().Throw<ArgumentException>()
            .WithParameterName("direction");
        ((Action)(() => LandscapePlane.Along(Rosenbrock, s_corner, s_corner, [1.0]))).Should()
            .Throw<ArgumentException>().WithParameterName("second");
        ((Action)(() => LandscapeLine.Along(Rosenbrock, s_corner, s_corner, radius: 0))).Should()
            .Throw<ArgumentException>().WithParameterName("radius");
    }

    [Fact]
    public void Directions_are_random_and_filters_as_long_as_the_points()
    {
        Dot(Directions.Random(50), Directions.Random(50)).Should().BeApproximately(1, 1e-12);
        Math.Abs(Dot(Directions.Random(5000), Directions.Random(5000, seed: 1))).Should().BeLessThan(0.1);

        double[] point = [3, 4, 0, 0, 0, 7, 1, 2, 2];
        double[] direction = Directions.FilterNormalized(point, [2, 3, 1, 3], seed: 4);
        double[] random = Directions.Random(9, seed: 4);
        Norm(direction[..2]).Should().BeApproximately(5, 1e-12);
        direction[2..6].Should().Equal(0, 0, 0, 0);
        Norm(direction[6..]).Should().BeApproximately(3, 1e-12);
        (direction[0] / direction[1]).Should().BeApproximately(random[0] / random[1], 1e-12);
        ((Action)(() => Directions.FilterNormalized(point, [2, 3]))).Should().Throw<ArgumentException>()
            .WithParameterName("filters");

        static double Norm(double[] vector) => Math.Sqrt(Dot(vector, vector));
    }

    [Fact]
    public void The_picture_says_curvatures_the_point_and_the_least()
    {
        string[] texts = LossPlot.Landscape(Rosenbrock, s_corner).Texts();
        texts.Should().Contain("direction of curvature 1002").And.Contain("direction of curvature 0.3994")
            .And.Contain("the point: 0").And.Contain("least of what is seen: 0")
            .And.Contain("Landscape of the objective");
        LossPlot.Landscape(
            LandscapeLine.Along(Rosenbrock, s_corner, [1, 0], name: "first weight"),
            LandscapeLine.Along(Rosenbrock, s_corner, [0, 1], name: "second weight")).Texts()
            .Should().Contain("first weight").And.Contain("second weight").And.Contain("the point");
        ((Action)(() => LossPlot.Landscape(LandscapePlane.Along(NoNumber, s_corner, [1, 0], [0, 1])))).Should()
            .Throw<ArgumentException>().WithParameterName("plane");
    }

    [Fact]
    public void The_first_direction_is_to_the_right_and_the_second_up()
    {
        Picture picture = LossPlot.Landscape(LandscapePlane.Along(
            (point, gradient) => 10 * point[0] + point[1], s_corner, [1, 0], [0, 1], points: 3));
        double[,] seen = picture.Plots[0].GetPlottables<ScottPlot.Plottables.Heatmap>().Single().Intensities;
        Enumerable.Range(0, 9).Select(i => seen[i / 3, i % 3]).Should().Equal(2, 12, 22, 1, 11, 21, 0, 10, 20);
    }

    private static double Rosenbrock(ReadOnlySpan<double> x, Span<double> gradient)
    {
        double bend = x[1] - x[0] * x[0];
        gradient[0] = -2 * (1 - x[0]) - 400 * x[0] * bend;
        gradient[1] = 200 * bend;
        return (1 - x[0]) * (1 - x[0]) + 100 * bend * bend;
    }

    private static double NoNumber(ReadOnlySpan<double> x, Span<double> gradient)
    {
        gradient.Fill(double.NaN);
        return double.NaN;
    }

    /// <summary>½ Σ λ (q·x)² and a slope, of known eigenvalues λ and eigenvectors q.</summary>
    private static DifferentiableFunction Quadratic(double[] eigenvalues, double[][] axes) => (x, gradient) =>
    {
        double[] point = x.ToArray();
        gradient.Fill(0.5);
        double value = 0.5 * point.Sum();
        for (int k = 0; k < axes.Length; k++)
        {
            double part = Dot(axes[k], point);
            value += 0.5 * eigenvalues[k] * part * part;
            for (int i = 0; i < point.Length; i++)
            {
                gradient[i] += eigenvalues[k] * part * axes[k][i];
            }
        }

        return value;
    };

    /// <summary>The axes, mirrored at a plane: a matrix of Householder's.</summary>
    private static double[][] OrthogonalAxes(int count)
    {
        double[] normal = [.. Enumerable.Range(0, count).Select(i => Math.Sin(1 + 3 * i))];
        double square = Dot(normal, normal);
        return
        [
            .. Enumerable.Range(0, count).Select(row => Enumerable.Range(0, count)
                .Select(i => (row == i ? 1.0 : 0) - 2 * normal[row] * normal[i] / square).ToArray()),
        ];
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
}
