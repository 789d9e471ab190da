using System.Runtime.InteropServices;

namespace LossKit.Tests.Support;

/// <summary>
/// Memory that ends where a page begins that can be neither read nor written: touching anything behind it kills the
/// process. On systems without mmap it is plain memory.
/// </summary>
internal sealed unsafe class GuardedMemory<T> : IDisposable where T : unmanaged
{
    private const int ReadWrite = 3;
    private const int PrivateAnonymous = 0x22;

    private readonly byte* _start;
    private readonly nuint _size;
    private readonly T* _data;
    private readonly int _length;

    public GuardedMemory(ReadOnlySpan<T> content)
    {
        _length = content.Length;
        nuint page = (nuint)Environment.SystemPageSize;
        nuint bytes = (nuint)(content.Length * sizeof(T));
        nuint usable = (bytes + page - 1) / page * page;
        if (OperatingSystem.IsLinux())
        {
            _size = usable + page;
            _start = (byte*)Pages.Map(null, _size, ReadWrite, PrivateAnonymous, -1, 0);
            if (_start == (byte*)-1 || Pages.Protect(_start + usable, page, 0) != 0)
            {
                throw new InvalidOperationException($"No guarded memory: error {Marshal.GetLastPInvokeError()}.");
            }
        }
        else
        {
            _start = (byte*)NativeMemory.Alloc(usable);
        }

        _data = (T*)(_start + usable - bytes);
        content.CopyTo(Span);
    }

    public Span<T> Span => new(_data, _length);

    public void Dispose()
    {
        if (OperatingSystem.IsLinux())
        {
            _ = Pages.Unmap(_start, _size);
        }
        else
        {
            NativeMemory.Free(_start);
        }
    }
}

internal static unsafe partial class Pages
{
    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    public static partial void* Map(void* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    public static partial int Protect(void* address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    public static partial int Unmap(void* address, nuint length);
}
