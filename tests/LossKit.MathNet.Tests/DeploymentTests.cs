using System.Reflection;

namespace LossKit.MathNet.Tests;

/// <summary>What says that a package may be trimmed and compiled ahead of time.</summary>
public sealed class DeploymentTests
{
    [Theory]
    [InlineData(typeof(Loss))]
    [InlineData(typeof(LinearModel))]
    public void Packages_say_that_they_can_be_trimmed_and_compiled_ahead_of_time(Type type)
    {
        Dictionary<string, string?> metadata = type.Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .ToDictionary(attribute => attribute.Key, attribute => attribute.Value);
        metadata.Should().Contain("IsTrimmable", "True").And.Contain("IsAotCompatible", "True");
    }
}
