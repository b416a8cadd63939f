using System.Globalization;

namespace FederatedQuery.Gateway.Typed.Naming;

/// <summary>Names that must differ. What is taken gets <c>_2</c>, <c>_3</c> and so on.</summary>
internal sealed class NameScope(params IEnumerable<string> taken)
{
    private readonly HashSet<string> _taken = new(taken, StringComparer.Ordinal);

    public bool IsFree(string name) => !_taken.Contains(name);

    /// <summary>Takes the first name that is free.</summary>
    /// <param name="names">In the order of preference; the last one is numbered.</param>
    public string Take(params ReadOnlySpan<string> names) => Take(names, static name => [name]);

    /// <summary>As <see cref="Take(ReadOnlySpan{string})"/>, of names that stand for several, all of which must be free.</summary>
    public string Take(ReadOnlySpan<string> names, Func<string, IEnumerable<string>> family)
    {
        foreach (var name in names)
        {
            if (TryTake(name, family))
            {
                return name;
            }
        }

        for (var number = 2; ; number++)
        {
            var numbered = string.Create(CultureInfo.InvariantCulture, $"{names[^1]}_{number}");
            if (TryTake(numbered, family))
            {
                return numbered;
            }
        }
    }

    private bool TryTake(string name, Func<string, IEnumerable<string>> family)
    {
        var all = family(name).ToList();
        if (!all.TrueForAll(IsFree))
        {
            return false;
        }

        _taken.UnionWith(all);
        return true;
    }
}
