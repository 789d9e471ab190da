using System.Reflection;
using System.Text.RegularExpressions;
using LossKit.Gallery;

namespace LossKit.Docs.Tests;

/// <summary>Whatever the library makes has a page that says all about it, and whose example has been run.</summary>
public sealed partial class GalleryTests(Gallery gallery) : IClassFixture<Gallery>
{
    [Fact]
    public void Every_factory_has_a_page_in_a_family()
    {
        string[] names =
        [
            .. typeof(Loss).GetMethods(BindingFlags.Public | BindingFlags.Static)
                .Select(method => method.Name)
                .Where(name => !name.Contains("From", StringComparison.Ordinal) && name != nameof(Loss.Parse)),
        ];
        names.Should().HaveCountGreaterThan(250);
        Factory.All.Select(factory => factory.Name).Should().BeEquivalentTo(names);
        Family.All.Select(family => family.Name).Should().Contain(Factory.All.Select(Family.Of).Distinct());
        foreach (string name in names)
        {
            IndexPage.Markdown.Should().Contain($"[{name}]({name}.md)");
        }
    }

    [Fact]
    public void Every_factory_says_its_formula_its_source_and_what_its_parameters_are()
    {
        string[] silent =
        [
            .. Factory.All.Where(factory => factory.Documentation.Summary.Length < 10).Select(Missing("a formula")),
            .. Factory.All.Where(factory => factory.Documentation.Source.Length < 10).Select(Missing("a source")),
            .. from factory in Factory.All
               from parameter in factory.Parameters
               where factory.Documentation.Parameter(parameter.Name!).Length == 0
               select Missing($"what {parameter.Name} is")(factory),
        ];
        silent.Should().BeEmpty("it belongs into the documentation of the factory or its formula");

        static Func<Factory, string> Missing(string what) => factory => $"{factory.Name}: {what}";
    }

    [Fact]
    public void Every_example_runs_and_prints_finite_numbers()
    {
        foreach (Factory factory in gallery.Examples.Keys)
        {
            string output = gallery.Assembly.Run(factory.Name);
            output.Should().StartWith("mean ", factory.Name).And.NotContainAny("NaN", "∞", "Infinity");
            Number().Matches(output).Should().HaveCountGreaterThan(1, factory.Name);
        }
    }

    [Fact]
    public void Along_its_slice_a_loss_is_finite_and_its_slope_is_that_of_its_curve()
    {
        const int Points = 13;
        const int KinksAtMost = 3;
        List<string> wrong = [];
        foreach ((Factory factory, ExampleSource source) in gallery.Examples)
        {
            Slice slice = ExampleBatches.ForPicture(factory).Slice;
            SliceLoss loss = gallery.Assembly.Loss(factory, slice);
            double step = 1e-5 * (slice.To - slice.From);
            double[] gradient = new double[1];
            int off = 0;
            for (int i = 1; i <= Points; i++)
            {
                double x = slice.From + (slice.To - slice.From) * i / (Points + 1);
                double value = loss.ValueAndGradient([x], [], gradient).Mean;
                double slope = (loss.Value([x + step], []).Mean - loss.Value([x - step], []).Mean) / (2 * step);
                bool isRight = double.IsFinite(value)
                    && (!source.HasGradient || Math.Abs(gradient[0] - slope) <= 1e-4 * (1 + Math.Abs(slope)));
                off += isRight ? 0 : 1;
            }

            if (off > KinksAtMost)
            {
                wrong.Add($"{factory.Name}: {off} of {Points}");
            }
        }

        wrong.Should().BeEmpty();
    }

    [Theory]
    [InlineData(nameof(Loss.Huber))]
    [InlineData(nameof(Loss.SoftmaxCrossEntropy))]
    [InlineData(nameof(Loss.Dpo))]
    [InlineData(nameof(Loss.PairwiseHinge))]
    [InlineData(nameof(Loss.Cox))]
    [InlineData(nameof(Loss.Auc))]
    public void A_page_has_all_its_parts(string name)
    {
        (Factory factory, ExampleSource source) = gallery.Examples.Single(pair => pair.Key.Name == name);
        string output = gallery.Assembly.Run(name);
        string page = new LossPage(factory, source, output, [new(name, "Elsewhere", "its_name", "a|b")]).Markdown;
        page.Should().Contain($"# {name}").And.Contain($"]({name}.svg)").And.Contain(source.Text).And.Contain(output)
            .And.Contain(factory.Documentation.Summary).And.Contain($"## Source\n\n{factory.Documentation.Source}")
            .And.Contain(@"| Elsewhere | `its_name` | a\|b |");
        source.Picture(gallery.Assembly).Should().StartWith("<?xml").And.Contain("<path").And.EndWith("</svg>\n");
    }

    [GeneratedRegex(@"\d")]
    private static partial Regex Number();
}
