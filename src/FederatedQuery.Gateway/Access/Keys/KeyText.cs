using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace FederatedQuery.Gateway.Access.Keys;

/// <summary>
/// Keys as people hold them: <c>fq_</c>, the id (16 hexadecimal digits), <c>_</c>, and 256 random bits in base64url. So much cannot be guessed, so a plain hash of it
/// is as good as a slow one; the beginning lets scanners of repositories find keys that were left there.
/// </summary>
internal static class KeyText
{
    public const string Prefix = "fq_";

    private const int IdBytes = 8;
    private const int SecretBytes = 32;
    private const int IdEnd = 3 + (2 * IdBytes);
    private const int Length = IdEnd + 1 + 43;

    public static (string Id, string Text) Create()
    {
        var id = RandomNumberGenerator.GetHexString(2 * IdBytes, lowercase: true);
        return (id, $"{Prefix}{id}_{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes))}");
    }

    /// <summary>Whether it may be a key at all, rather than a token of another kind.</summary>
    public static bool IsKey(string text) => text.StartsWith(Prefix, StringComparison.Ordinal);

    /// <returns>Null: it has not the form of a key.</returns>
    public static string? IdOf(string text) =>
        text.Length == Length && IsKey(text) && text[IdEnd] == '_' && text.AsSpan(Prefix.Length, 2 * IdBytes).IndexOfAnyExcept("0123456789abcdef") < 0
            ? text[Prefix.Length..IdEnd]
            : null;

    public static byte[] HashOf(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
