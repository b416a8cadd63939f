using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace FederatedQuery.Testing;

/// <summary>A file system in memory of few bytes, mounted on a folder: full disks are real there. Only for those who may mount.</summary>
public sealed class SmallDisk : IDisposable
{
    private static readonly Lazy<bool> Possible = new(TryOne);

    private SmallDisk(string folder) => Folder = folder;

    /// <summary>Whether this process may mount one.</summary>
    public static bool IsPossible => Possible.Value;

    public string Folder { get; }

    /// <param name="folder">Is made when absent; what it has is covered.</param>
    public static SmallDisk Mount(string folder, long bytes)
    {
        Directory.CreateDirectory(folder);
        return Run("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={bytes}"), "tmpfs", folder)
            ? new SmallDisk(folder)
            : throw new InvalidOperationException($"'{folder}' could not be mounted.");
    }

    public void Dispose() => Run("umount", "-l", Folder);

    private static bool TryOne()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            return false;
        }

        using var folder = new TemporaryFolder();
        return Run("mount", "-t", "tmpfs", "-o", "size=65536", "tmpfs", folder.FullPath) && Run("umount", folder.FullPath);
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // There is no such program.
            return false;
        }
    }
}

/// <summary>Skipped where no file system can be mounted: that takes root's rights and a container that grants them.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SmallDiskFactAttribute : FactAttribute
{
    public SmallDiskFactAttribute()
    {
        if (!SmallDisk.IsPossible)
        {
            Skip = "No file system can be mounted here.";
        }
    }
}
