using System.Text.Json;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Logs;

namespace FederatedQuery.Gateway.Rest;

/// <summary>The body of <c>POST /logs/v1/container</c>: the records of one workflow, oldest first.</summary>
internal sealed class ContainerRequest
{
    private static readonly string[] Known = ["workflow_name", "workflow_node", "start_time", "end_time", "level", "keyword", "limit", "cursor"];

    private readonly Dictionary<string, string> _values;

    private ContainerRequest(Dictionary<string, string> values) => _values = values;

    public string? Limit => Text("limit");

    public string? Cursor => Text("cursor");

    /// <exception cref="ProblemException">400: it is no such object, or has no workflow.</exception>
    public static ContainerRequest Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw ProblemException.BadField("workflow_name", """The body must be an object, such as {"workflow_name": "import"}.""");
            }

            var values = new Dictionary<string, string>();
            foreach (var member in document.RootElement.EnumerateObject().Where(member => member.Value.ValueKind != JsonValueKind.Null))
            {
                values[member.Name] = ValueOf(member);
            }

            return values.ContainsKey("workflow_name")
                ? new ContainerRequest(values)
                : throw ProblemException.BadField("workflow_name", "`workflow_name` is missing; it must be the name of a workflow.");
        }
        catch (JsonException broken)
        {
            throw ProblemException.BadField("workflow_name", $"The body is not JSON: {broken.Message}", broken);
        }
    }

    /// <summary>Over the columns of <see cref="LogTable.Schema"/>.</summary>
    /// <exception cref="ProblemException">400: a value is wrong.</exception>
    public Expression Filter() => new LogParameters(_values).Filter();

    private string? Text(string name) => _values.GetValueOrDefault(name);

    private static string ValueOf(JsonProperty member)
    {
        if (!Known.Contains(member.Name))
        {
            throw ProblemException.BadField(member.Name, $"There is no member '{member.Name}'; there are {string.Join(", ", Known)}.");
        }

        return (member.Name, member.Value.ValueKind) switch
        {
            ("limit", JsonValueKind.Number) => member.Value.GetRawText(),
            (not "limit", JsonValueKind.String) => member.Value.GetString()!,
            ("limit", _) => throw LogParameters.Bad("limit", member.Value.GetRawText(), "a number"),
            _ => throw LogParameters.Bad(member.Name, member.Value.GetRawText(), "a text"),
        };
    }
}
