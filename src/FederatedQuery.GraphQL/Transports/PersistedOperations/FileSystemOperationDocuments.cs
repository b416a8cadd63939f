namespace FederatedQuery.GraphQL.Transports.PersistedOperations;

/// <summary>
/// Persisted documents as files of a folder, <c>{id}.graphql</c> each; the colon of a prefixed id is written <c>%3A</c>, that of <c>sha256:</c>
/// falls away with the prefix. Files may be added while requests run. A document once read is kept in memory, within bounds.
/// </summary>
public sealed class FileSystemOperationDocuments : IOperationDocumentStorage
{
    private const int MaxKept = 10_000;
    private const long MaxKeptBytes = 64 * 1024 * 1024;

    private readonly string _folder;
    private readonly DocumentTextCache _read = new(MaxKept, MaxKeptBytes);

    /// <param name="folder">Relative to the current directory, if not rooted.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public FileSystemOperationDocuments(string folder)
    {
        _folder = Path.GetFullPath(folder);
        if (!Directory.Exists(_folder))
        {
            throw new DirectoryNotFoundException($"The folder of persisted operations '{_folder}' does not exist.");
        }
    }

    /// <inheritdoc/>
    /// <remarks>The id's syntax leaves no way out of the folder: it has no separators, and the suffix makes a name of dots a file.</remarks>
    public async ValueTask<ReadOnlyMemory<byte>?> TryReadAsync(string documentId, CancellationToken cancellationToken)
    {
        if (_read.TryGet(documentId, out var known))
        {
            return known;
        }

        var path = Path.Combine(_folder, documentId.Replace(":", "%3A", StringComparison.Ordinal) + ".graphql");
        if (!File.Exists(path))
        {
            return null;
        }

        var document = await File.ReadAllBytesAsync(path, cancellationToken);
        _read.Add(documentId, document);
        return document;
    }
}
