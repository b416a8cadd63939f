using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.GraphQL.Validation.Rules;

/// <summary>Field selections (spec section 5.3.1).</summary>
internal sealed class FieldsOnCorrectTypeRule(ValidationContext context) : ValidationRule(context)
{
    public override void EnterField(FieldNode node)
    {
        if (Context.ParentType is not { } parent || Context.Field is not null)
        {
            return;
        }

        var types = SuggestTypes(parent, node.Name);
        var hint = types.Count > 0
            ? Suggestions.DidYouMean("to use an inline fragment on", types)
            : Suggestions.DidYouMean(null, parent is ComplexType complex ? Suggestions.For(node.Name, complex.Fields.Names) : []);
        Context.Report($"Cannot query field \"{node.Name}\" on type \"{parent}\".{hint}", node);
    }

    /// <summary>Types of an abstract type that have the field: interfaces that most of them share first, then object types.</summary>
    private List<string> SuggestTypes(CompositeType parent, string field)
    {
        if (parent is ObjectType)
        {
            return [];
        }

        var usage = new Dictionary<string, int>(StringComparer.Ordinal);
        var suggested = new List<ComplexType>();
        foreach (var possible in Context.Schema.GetPossibleTypes(parent).OrderBy(type => type.Name, StringComparer.Ordinal))
        {
            if (!possible.Fields.Contains(field))
            {
                continue;
            }

            suggested.Add(possible);
            foreach (var implemented in possible.Interfaces)
            {
                if (implemented.Fields.Contains(field))
                {
                    if (!usage.TryGetValue(implemented.Name, out var count))
                    {
                        suggested.Add(implemented);
                    }

                    usage[implemented.Name] = count + 1;
                }
            }
        }

        suggested.Sort((left, right) =>
        {
            var byUsage = usage.GetValueOrDefault(right.Name).CompareTo(usage.GetValueOrDefault(left.Name));
            if (byUsage != 0)
            {
                return byUsage;
            }

            if (left is InterfaceType && right is InterfaceType && Context.Schema.IsSubType(left, right) != Context.Schema.IsSubType(right, left))
            {
                return Context.Schema.IsSubType(left, right) ? 1 : -1;
            }

            return string.CompareOrdinal(left.Name, right.Name);
        });
        return [.. suggested.Select(type => type.Name)];
    }
}
