using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace LossKit.LightGbm.Internals;

/// <summary>What is called of LightGBM's C API: names, constants and meanings are those of its header.</summary>
internal static unsafe partial class Native
{
    public const int Float32 = 0;
    public const int Float64 = 1;
    public const int Int32 = 2;

    public const int Normal = 0;
    public const int RawScore = 1;
    public const int LeafIndex = 2;

    private const string Library = "lib_lightgbm";

    /// <summary>Writes a text, with a null at its end, if it fits, and says how many bytes it takes.</summary>
    public delegate int TextWriter(long size, long* needed, byte* text);

    [LibraryImport(Library, EntryPoint = "LGBM_DumpParamAliases")]
    public static partial int DumpParameterAliases(long size, long* needed, byte* text);

    [LibraryImport(Library, EntryPoint = "LGBM_DatasetCreateFromMat", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int DatasetCreateFromMat(
        void* data,
        int type,
        int rows,
        int columns,
        int isRowMajor,
        string parameters,
        DatasetHandle reference,
        out DatasetHandle dataset);

    [LibraryImport(Library, EntryPoint = "LGBM_DatasetSetFeatureNames", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int DatasetSetFeatureNames(DatasetHandle dataset, string[] names, int count);

    [LibraryImport(Library, EntryPoint = "LGBM_DatasetSetField", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int DatasetSetField(DatasetHandle dataset, string field, void* data, int count, int type);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterCreate", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int BoosterCreate(DatasetHandle training, string parameters, out BoosterHandle booster);

    [LibraryImport(
        Library, EntryPoint = "LGBM_BoosterLoadModelFromString", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int BoosterLoadModelFromString(string model, out int rounds, out BoosterHandle booster);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterAddValidData")]
    public static partial int BoosterAddValidData(BoosterHandle booster, DatasetHandle validation);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterUpdateOneIter")]
    public static partial int BoosterUpdateOneIter(BoosterHandle booster, out int isFinished);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterUpdateOneIterCustom")]
    public static partial int BoosterUpdateOneIterCustom(
        BoosterHandle booster, float* gradient, float* hessian, out int isFinished);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterGetPredict")]
    public static partial int BoosterGetPredict(BoosterHandle booster, int data, out long count, double* scores);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterPredictForMat", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int BoosterPredictForMat(
        BoosterHandle booster,
        void* data,
        int type,
        int rows,
        int columns,
        int isRowMajor,
        int what,
        int firstRound,
        int rounds,
        string parameters,
        out long count,
        double* predictions);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterSetLeafValue")]
    public static partial int BoosterSetLeafValue(BoosterHandle booster, int tree, int leaf, double value);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterGetLeafValue")]
    public static partial int BoosterGetLeafValue(BoosterHandle booster, int tree, int leaf, out double value);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterGetCurrentIteration")]
    public static partial int BoosterGetCurrentIteration(BoosterHandle booster, out int rounds);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterNumModelPerIteration")]
    public static partial int BoosterNumModelPerIteration(BoosterHandle booster, out int trees);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterGetNumFeature")]
    public static partial int BoosterGetNumFeature(BoosterHandle booster, out int features);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterFeatureImportance")]
    public static partial int BoosterFeatureImportance(
        BoosterHandle booster, int rounds, int type, double* importances);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterSaveModelToString")]
    public static partial int BoosterSaveModelToString(
        BoosterHandle booster, int firstRound, int rounds, int importance, long size, long* needed, byte* text);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterDumpModel")]
    public static partial int BoosterDumpModel(
        BoosterHandle booster, int firstRound, int rounds, int importance, long size, long* needed, byte* text);

    /// <summary>Throws what LightGBM says, if a call failed.</summary>
    /// <exception cref="LightGbmException">It did.</exception>
    public static void Check(int result)
    {
        if (result != 0)
        {
            throw new LightGbmException($"LightGBM: {Marshal.PtrToStringUTF8(GetLastError())}");
        }
    }

    /// <summary>A text whose length only LightGBM knows.</summary>
    public static string Text(TextWriter write)
    {
        byte[] text = new byte[1 << 16];
        while (true)
        {
            long needed;
            fixed (byte* bytes = text)
            {
                Check(write(text.Length, &needed, bytes));
            }

            if (needed <= text.Length)
            {
                return Encoding.UTF8.GetString(text, 0, (int)needed - 1);
            }

            text = new byte[checked((int)needed)];
        }
    }

    // The message is of the last call on this thread, and LightGBM's own memory.
    [LibraryImport(Library, EntryPoint = "LGBM_GetLastError")]
    private static partial nint GetLastError();

    [LibraryImport(Library, EntryPoint = "LGBM_DatasetFree")]
    internal static partial int DatasetFree(nint dataset);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterFree")]
    internal static partial int BoosterFree(nint booster);
}

/// <summary>Data in bins.</summary>
internal sealed class DatasetHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    /// <summary>No data.</summary>
    public static DatasetHandle None { get; } = new();

    protected override bool ReleaseHandle() => Native.DatasetFree(handle) == 0;
}

/// <summary>Trees, and what grows them.</summary>
internal sealed class BoosterHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle() => Native.BoosterFree(handle) == 0;
}
