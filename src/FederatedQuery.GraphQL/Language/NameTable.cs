using System.Text;

namespace FederatedQuery.GraphQL.Language;

/// <summary>Names repeat within a document: each distinct one becomes one string.</summary>
internal struct NameTable
{
    private const int Size = 256;
    private string?[]? _names;

    public string Intern(ReadOnlySpan<byte> utf8)
    {
        _names ??= new string?[Size];
        var hash = 17u;
        foreach (var value in utf8)
        {
            hash = (hash * 31) + value;
        }

        ref var slot = ref _names[(hash ^ (hash >> 8)) % Size];
        if (slot is not null && Ascii.Equals(utf8, slot))
        {
            return slot;
        }

        return slot = Encoding.ASCII.GetString(utf8);
    }
}
