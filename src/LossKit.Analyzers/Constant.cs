using System.Globalization;

namespace LossKit.Analyzers;

/// <summary>Numbers that the compiler knows.</summary>
internal static class Constant
{
    /// <summary>The number; null if it is none, as a character, a text and a truth are none.</summary>
    public static double? Number(Optional<object?> constant) =>
        Convert.GetTypeCode(constant.Value) is >= TypeCode.SByte and <= TypeCode.Decimal
            ? Convert.ToDouble(constant.Value, CultureInfo.InvariantCulture)
            : null;
}
