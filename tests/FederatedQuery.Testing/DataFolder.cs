namespace FederatedQuery.Testing;

/// <summary>A data directory of a gateway, gone with the test; an embedded server under another account gets into it.</summary>
public sealed class DataFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public DataFolder()
    {
        if (!OperatingSystem.IsWindows())
        {
            new DirectoryInfo(_folder.FullPath).UnixFileMode |= UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        }
    }

    public string FullPath => _folder.FullPath;

    public string WriteFile(string name, string text)
    {
        var path = _folder.File(name);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => _folder.Dispose();
}
