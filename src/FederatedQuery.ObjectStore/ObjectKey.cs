using System.Text;

namespace FederatedQuery.ObjectStore;

/// <summary>The rules for keys, the same for every store, so that what is written to one can be copied to another.</summary>
public static class ObjectKey
{
    /// <summary>S3's limit, in bytes of UTF-8.</summary>
    public const int MaxBytes = 1024;

    /// <summary>
    /// Keys are relative paths: segments divided by '/', none empty, "." or "..", no control characters, well-formed Unicode.
    /// So a key never leaves the root of a store.
    /// </summary>
    /// <exception cref="ObjectStoreException"><see cref="ObjectStoreErrorKind.InvalidLocation"/>, saying which rule is broken.</exception>
    public static void Validate(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (FindFault(key) is { } fault)
        {
            throw new ObjectStoreException(
                ObjectStoreErrorKind.InvalidLocation,
                $"The object key '{Printable(key)}' {fault} A key looks like 'folder/name.parquet'.",
                key);
        }
    }

    /// <summary>Whether <see cref="Validate"/> accepts the key.</summary>
    public static bool IsValid(string key) => FindFault(key) is null;

    /// <summary>Ascending by UTF-8 bytes, as S3 lists; differs from ordinal order of UTF-16 beyond the basic plane.</summary>
    public static int Compare(string left, string right)
    {
        var length = Math.Min(left.Length, right.Length);
        for (var i = 0; i < length; i++)
        {
            var a = left[i];
            var b = right[i];
            if (a != b)
            {
                // Surrogates stand for code points above all others, but lie below U+E000 as UTF-16 units.
                return char.IsSurrogate(a) == char.IsSurrogate(b) ? a.CompareTo(b) : char.IsSurrogate(a) ? 1 : -1;
            }
        }

        return left.Length.CompareTo(right.Length);
    }

    private static string? FindFault(string key)
    {
        if (key.Length == 0)
        {
            return "is empty.";
        }

        if (key.Length > MaxBytes)
        {
            return $"is longer than {MaxBytes} bytes.";
        }

        var bytes = 0;
        foreach (var rune in key.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (Rune.IsControl(rune))
            {
                return "holds a control character.";
            }
        }

        if (bytes > MaxBytes)
        {
            return $"is longer than {MaxBytes} bytes.";
        }

        if (!IsWellFormed(key))
        {
            return "is not well-formed Unicode.";
        }

        foreach (var segment in key.AsSpan().Split('/'))
        {
            switch (key[segment])
            {
                case "":
                    return "has an empty segment (it begins or ends with '/' or has two in a row).";
                case "." or "..":
                    return "has the segment '.' or '..'.";
            }
        }

        return null;
    }

    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && (!Rune.TryGetRuneAt(text, i, out _) || !char.IsSurrogatePair(text, i++)))
            {
                return false;
            }
        }

        return true;
    }

    private static string Printable(string key)
    {
        var shown = key.Length > 200 ? key[..200] + "..." : key;
        return string.Concat(shown.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? $"\\u{(int)c:x4}" : c.ToString()));
    }
}
