using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace FederatedQuery.GraphQL.Transports.PersistedOperations;

/// <summary>
/// A document identifier as a client sends it (GraphQL over HTTP, appendix "Persisted Documents"): <c>sha256:</c> with the document's hash,
/// <c>x-anything:id</c>, or an id without prefix.
/// </summary>
public sealed class DocumentId
{
    /// <summary>Longest id, in characters.</summary>
    public const int MaxLength = 256;

    private const string HashPrefix = "sha256:";
    private static readonly SearchValues<char> Unreserved =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~");

    private readonly bool _isHash;

    private DocumentId(string key, bool isHash)
    {
        Key = key;
        _isHash = isHash;
    }

    /// <summary>What the document is stored under; for <c>sha256:</c> the hash alone, in lower-case hex.</summary>
    public string Key { get; }

    /// <param name="text">What the client sent. The hash may be 64 hex digits or 43 characters of base64url.</param>
    /// <param name="id">Null when false is returned.</param>
    /// <param name="problem">What is wrong with the text, to follow its name in a sentence; null when true is returned.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out DocumentId? id, [NotNullWhen(false)] out string? problem)
    {
        (id, problem) = (null, null);
        if (text.Length is 0 or > MaxLength)
        {
            problem = $"must have 1 to {MaxLength} characters, not {text.Length}";
        }
        else if (text.StartsWith(HashPrefix, StringComparison.Ordinal))
        {
            id = TryReadHash(text.AsSpan(HashPrefix.Length), out var hash) ? new DocumentId(hash, isHash: true) : null;
            problem = id is null ? $"'{text}' must have the document's SHA-256 after 'sha256:', as 64 hex digits" : null;
        }
        else
        {
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            var isPrefixed = colon > 2 && colon < text.Length - 1 && text.StartsWith("x-", StringComparison.Ordinal) && IsUnreserved(text.AsSpan(0, colon));
            id = (colon < 0 || isPrefixed) && IsUnreserved(text.AsSpan(colon + 1)) ? new DocumentId(text, isHash: false) : null;
            problem = id is null ? "must consist of letters, digits, '-', '.', '_' and '~', after a prefix 'sha256:' or 'x-...:' if any" : null;
        }

        return id is not null;
    }

    /// <summary>Whether the id could name this document: a hash must be the document's.</summary>
    public bool Matches(ReadOnlySpan<byte> document) => !_isHash || Key == HashOf(document);

    /// <summary>SHA-256 of the document's UTF-8 in lower-case hex.</summary>
    public static string HashOf(ReadOnlySpan<byte> document)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(document, hash);
        return Convert.ToHexStringLower(hash);
    }

    /// <summary>A SHA-256 in hex or base64url, as lower-case hex.</summary>
    internal static bool TryReadHash(ReadOnlySpan<char> text, [NotNullWhen(true)] out string? hash)
    {
        hash = null;
        if (text.Length == 2 * SHA256.HashSizeInBytes)
        {
            var isHex = !text.ContainsAnyExcept("0123456789abcdefABCDEF");
            hash = isHex ? text.ToString().ToLowerInvariant() : null;
        }
        else if (text.Length == Base64Url.GetEncodedLength(SHA256.HashSizeInBytes) && Base64Url.IsValid(text, out var length) && length == SHA256.HashSizeInBytes)
        {
            hash = Convert.ToHexStringLower(Base64Url.DecodeFromChars(text));
        }

        return hash is not null;
    }

    private static bool IsUnreserved(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(Unreserved);
}
