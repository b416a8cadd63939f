using System.Runtime.InteropServices;

namespace FederatedQuery.ObjectStore.Local;

/// <summary>What the framework cannot say to the file system: link without overwriting, and flush a folder's entries.</summary>
public static partial class Durability
{
    private const int AlreadyExists = 17; // EEXIST, the same on Linux and macOS
    private const int ReadOnly = 0; // O_RDONLY

    /// <summary>Gives the file its final name unless that name is taken; exactly one of many callers succeeds. False: taken, and the source is untouched.</summary>
    public static bool TryMoveIfAbsent(string source, string target)
    {
        if (OperatingSystem.IsWindows())
        {
            try
            {
                File.Move(source, target, overwrite: false);
                return true;
            }
            catch (IOException) when (File.Exists(target))
            {
                return false;
            }
        }

        // rename(2) would overwrite; File.Move without overwriting checks first and then renames where links fail, which is a race.
        if (Link(source, target) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            return error == AlreadyExists
                ? false
                : throw new IOException($"link('{source}', '{target}') failed: {Marshal.GetPInvokeErrorMessage(error)}.", error);
        }

        File.Delete(source);
        return true;
    }

    /// <summary>Makes names created, replaced or removed in the folder survive a power cut. Windows journals them without being asked.</summary>
    public static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Open(folder, ReadOnly);
        if (descriptor < 0)
        {
            throw new IOException($"Could not open folder '{folder}' to flush it: {Marshal.GetLastPInvokeErrorMessage()}.");
        }

        try
        {
            if (Fsync(descriptor) != 0)
            {
                throw new IOException($"Could not flush folder '{folder}': {Marshal.GetLastPInvokeErrorMessage()}.");
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string source, string target);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
