using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Execution.Planning;

/// <summary>One <c>@defer</c> as met while fields are collected (incremental delivery, "Defer Usage"): told apart by identity.</summary>
internal sealed class DeferUsage(DirectiveNode directive, string? label, DeferUsage? parent)
{
    public DirectiveNode Directive { get; } = directive;

    public string? Label { get; } = label;

    /// <summary>The deferred fragment that this one is nested in.</summary>
    public DeferUsage? Parent { get; } = parent;

    /// <summary>
    /// The usages that bring a field, without those nested in others of them; none when the field is also selected outside of any: then it is
    /// due at once.
    /// </summary>
    public static DeferUsage[] Reduce(IReadOnlyList<FieldDetail> details)
    {
        var usages = new List<DeferUsage>();
        foreach (var detail in details)
        {
            if (detail.Usage is null)
            {
                return [];
            }

            if (!usages.Contains(detail.Usage))
            {
                usages.Add(detail.Usage);
            }
        }

        return [.. usages.Where(usage => !usage.HasAncestorIn(usages))];
    }

    public static bool AreSame(DeferUsage[] left, DeferUsage[] right) => left.Length == right.Length && left.All(right.Contains);

    private bool HasAncestorIn(List<DeferUsage> usages)
    {
        for (var ancestor = Parent; ancestor is not null; ancestor = ancestor.Parent)
        {
            if (usages.Contains(ancestor))
            {
                return true;
            }
        }

        return false;
    }
}
