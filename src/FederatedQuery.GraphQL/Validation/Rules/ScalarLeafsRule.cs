using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Validation.Rules;

/// <summary>Leaf field selections (spec section 5.3.3).</summary>
internal sealed class ScalarLeafsRule(ValidationContext context) : ValidationRule(context)
{
    public override void EnterField(FieldNode node)
    {
        if (Context.Type is not { } type)
        {
            return;
        }

        if (type.IsLeaf)
        {
            if (node.SelectionSet is { } set)
            {
                Context.Report($"Field \"{node.Name}\" must not have a selection since type \"{type}\" has no subfields.", set);
            }
        }
        else if (node.SelectionSet is null)
        {
            Context.Report($"Field \"{node.Name}\" of type \"{type}\" must have a selection of subfields. Did you mean \"{node.Name} {{ ... }}\"?", node);
        }
    }
}
