using System.Text.Json;
using System.Text.Json.Serialization;

namespace LossKit.Conformance;

/// <summary>
/// How everything in a file is read: snake case names, and "NaN" or "Infinity" in quotes. The types are those of files
/// and of factories' parameters; code that reads them is made by the compiler, since a program compiled ahead of time
/// can't make it.
/// </summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip)]
[JsonSerializable(typeof(FileHead))]
[JsonSerializable(typeof(CaseFile))]
[JsonSerializable(typeof(Case))]
[JsonSerializable(typeof(bool))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(int?))]
[JsonSerializable(typeof(double))]
[JsonSerializable(typeof(double?))]
[JsonSerializable(typeof(double[]))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(IReadOnlyList<int>))]
[JsonSerializable(typeof(IReadOnlyList<double>))]
internal sealed partial class CaseJson : JsonSerializerContext;

/// <summary>A reduction by its name in snake case, nothing else.</summary>
internal sealed class ReductionName() : JsonStringEnumConverter<Reduction>(JsonNamingPolicy.SnakeCaseLower, false);
