using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Validation.Rules;

/// <summary>Only operations and fragments (spec section 5.1.1).</summary>
internal sealed class ExecutableDefinitionsRule(ValidationContext context) : ValidationRule(context)
{
    public override void EnterDefinition(DefinitionNode node)
    {
        if (node is TypeSystemDefinitionNode)
        {
            var name = node switch
            {
                SchemaDefinitionNode => "schema",
                TypeDefinitionNode type => $"\"{type.Name}\"",
                DirectiveDefinitionNode directive => $"\"{directive.Name}\"",
                _ => "type system",
            };
            Context.Report($"The {name} definition is not executable.", node);
        }
    }
}
