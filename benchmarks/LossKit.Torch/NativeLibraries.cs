using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using TorchSharp;

namespace LossKit.Torch;

/// <summary>What has to be done before the first call into libtorch.</summary>
internal static partial class NativeLibraries
{
    private const string Wrapper = "libLibTorchSharp.so";

    // From GCC 13 on, this is what a file calls that includes <iostream>: it does nothing but have the library
    // initialised, which libtorch has done already.
    private const string Initializer = "_ZSt21ios_base_library_initv";
    private const string InitializerVersion = "GLIBCXX_3.4.32";

    // Takes nothing, changes nothing, and is imported anyway.
    private const string Harmless = "_ZNSt6chrono3_V212steady_clock3nowEv";

    private const int TrimThreshold = -1;
    private const int MostMappings = -4;
    private const int MostArenas = -8;

    /// <summary>
    /// TorchSharp's wrapper of libtorch was linked by GCC 13 and asks for one function, which does nothing, of a
    /// libstdc++ newer than that of Debian 12. The copy in the output directory is made to call another.
    /// </summary>
    public static void Mend()
    {
        string file = Path.Combine(AppContext.BaseDirectory, Wrapper);
        if (!OperatingSystem.IsLinux() || !File.Exists(file) || HasInitializer())
        {
            return;
        }

        byte[] bytes = File.ReadAllBytes(file);
        if (Redirect(bytes))
        {
            File.WriteAllBytes(file, bytes);
        }
    }

    /// <summary>Loads libtorch, mended if need be, and says why if that fails.</summary>
    public static string? WhyNotLoaded()
    {
        try
        {
            Mend();
            using torch.Tensor one = torch.ones(1);
            return null;
        }
        catch (Exception error)
        {
            return $"libtorch cannot be loaded here: {error.GetBaseException().Message}";
        }
    }

    /// <summary>
    /// Has the C library keep memory for the next call instead of giving large blocks back, which would make torch
    /// fault in every page of its results again at every call.
    /// </summary>
    public static void KeepMemory()
    {
        Set(MostMappings, 0);
        Set(TrimThreshold, int.MaxValue);
        Set(MostArenas, 1);
    }

    /// <summary>Gives all memory back that is free.</summary>
    public static void Trim() => _ = MallocTrim(0);

    private static void Set(int parameter, int value)
    {
        if (MallocOption(parameter, value) != 1)
        {
            throw new NotSupportedException("The C library has no such option of malloc.");
        }
    }

    private static bool HasInitializer() =>
        NativeLibrary.TryLoad("libstdc++.so.6", out nint library)
        && NativeLibrary.TryGetExport(library, Initializer, out _);

    private static bool Redirect(Span<byte> elf)
    {
        Dictionary<string, (int Offset, int Size)> sections = Sections(elf);
        (int strings, _) = sections[".dynstr"];
        (int symbols, int size) = sections[".dynsym"];
        (int versions, _) = sections[".gnu.version"];
        (int needs, _) = sections[".gnu.version_r"];
        const int SymbolSize = 24;
        int initializer = -1, harmless = -1;
        for (int i = 0; i < size / SymbolSize; i++)
        {
            string name = Text(elf, strings + Int(elf, symbols + i * SymbolSize));
            initializer = name == Initializer ? i : initializer;
            harmless = name == Harmless ? i : harmless;
        }

        if (initializer < 0 || harmless < 0)
        {
            return false;
        }

        elf.Slice(symbols + harmless * SymbolSize, sizeof(int)).CopyTo(elf[(symbols + initializer * SymbolSize)..]);
        elf.Slice(versions + 2 * harmless, sizeof(short)).CopyTo(elf[(versions + 2 * initializer)..]);

        // The version that nothing asks for any more is marked as one that may be missing.
        for (int library = needs, next = 1; next != 0; library += next)
        {
            next = Int(elf, library + 12);
            for (int version = library + Int(elf, library + 8), step = 1; step != 0; version += step)
            {
                step = Int(elf, version + 12);
                if (Text(elf, strings + Int(elf, version + 8)) == InitializerVersion)
                {
                    elf[version + 4] |= 2;
                }
            }
        }

        return true;
    }

    private static Dictionary<string, (int Offset, int Size)> Sections(ReadOnlySpan<byte> elf)
    {
        int headers = (int)BinaryPrimitives.ReadInt64LittleEndian(elf[40..]);
        int headerSize = BinaryPrimitives.ReadInt16LittleEndian(elf[58..]);
        int count = BinaryPrimitives.ReadInt16LittleEndian(elf[60..]);
        int names = Offset(elf, headers + headerSize * BinaryPrimitives.ReadInt16LittleEndian(elf[62..]));
        Dictionary<string, (int Offset, int Size)> sections = [];
        for (int i = 0; i < count; i++)
        {
            int header = headers + i * headerSize;
            sections[Text(elf, names + Int(elf, header))] =
                (Offset(elf, header), (int)BinaryPrimitives.ReadInt64LittleEndian(elf[(header + 32)..]));
        }

        return sections;
    }

    private static int Offset(ReadOnlySpan<byte> elf, int header) =>
        (int)BinaryPrimitives.ReadInt64LittleEndian(elf[(header + 24)..]);

    private static int Int(ReadOnlySpan<byte> elf, int at) => BinaryPrimitives.ReadInt32LittleEndian(elf[at..]);

    private static string Text(ReadOnlySpan<byte> elf, int at) =>
        Encoding.ASCII.GetString(elf.Slice(at, elf[at..].IndexOf((byte)0)));

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int MallocOption(int parameter, int value);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nuint pad);
}
