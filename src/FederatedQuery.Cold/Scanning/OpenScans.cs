using System.Diagnostics;
using FederatedQuery.Cold.Files;

namespace FederatedQuery.Cold.Scanning;

/// <summary>What open scans hold. Dispose of it when the result that reads them has been read to its end, or given up.</summary>
public sealed class OpenScans : IDisposable
{
    private readonly FileLeases _files;
    private readonly IReadOnlyList<IDisposable> _others;

    internal OpenScans(FileLeases files, IReadOnlyList<IDisposable> others)
    {
        _files = files;
        _others = others;
    }

    /// <summary>No scans.</summary>
    public static OpenScans None { get; } = new(FileLeases.None, []);

    /// <summary>The data and delete files.</summary>
    public FileLeases Files => _files;

    /// <summary>Ends with this.</summary>
    internal Activity? Span { get; set; }

    public void Dispose()
    {
        foreach (var held in _others)
        {
            held.Dispose();
        }

        _files.Dispose();
        Span?.Dispose();
    }
}
