using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace FederatedQuery.ObjectStore.Local;

/// <summary>An object's file: opened so that renaming over it and deleting it stay possible, and described.</summary>
internal static class LocalObjectFile
{
    public static SafeFileHandle OpenRead(string path, FileOptions options)
    {
        if (Directory.Exists(path))
        {
            throw new FileNotFoundException("It is a folder.", path);
        }

        return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, options);
    }

    public static ObjectProperties PropertiesOf(string key, SafeFileHandle handle) =>
        Describe(key, RandomAccess.GetLength(handle), File.GetLastWriteTimeUtc(handle));

    public static ObjectProperties PropertiesOf(string key, FileInfo file) =>
        Describe(key, file.Length, file.LastWriteTimeUtc);

    private static ObjectProperties Describe(string key, long length, DateTime lastWrite) =>
        new(key, length, string.Create(CultureInfo.InvariantCulture, $"{lastWrite.Ticks:x}-{length:x}"), lastWrite);
}
