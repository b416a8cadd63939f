using System.Globalization;

namespace FederatedQuery.Logs.Ingest.WriteAhead;

/// <summary>A file of frames, named after the sequence of its first row: frames from the first byte on, each following the one before.</summary>
/// <param name="FirstSequence">The least sequence that it may hold.</param>
internal sealed record Segment(string Path, long FirstSequence)
{
    private const string Extension = ".wal";

    public static Segment Of(string folder, long firstSequence) =>
        new(System.IO.Path.Combine(folder, firstSequence.ToString("D20", CultureInfo.InvariantCulture) + Extension), firstSequence);

    /// <summary>Those of a folder, in order.</summary>
    public static IReadOnlyList<Segment> List(string folder) =>
    [
        .. Directory.EnumerateFiles(folder, "*" + Extension)
            .Select(path => long.TryParse(System.IO.Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var first)
                ? new Segment(path, first)
                : null)
            .OfType<Segment>()
            .OrderBy(segment => segment.FirstSequence),
    ];
}
