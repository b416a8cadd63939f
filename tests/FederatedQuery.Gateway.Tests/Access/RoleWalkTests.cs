using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FederatedQuery.Gateway.Access;
using FederatedQuery.Gateway.Hosting;
using FederatedQuery.Gateway.IcebergRest;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Language.Syntax;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace FederatedQuery.Gateway.Tests.Access;

/// <summary>Every field of the roots and every endpoint, asked for with every role. Who may have what stands here once more: a rule that changes must change here too.</summary>
public sealed class RoleWalkTests(KeyedGateway gateway) : IClassFixture<KeyedGateway>
{
    private static readonly string[] Roles = ["nobody", "reader", "writer", "admin"];

    /// <summary>The role that each field needs; an admin may have all.</summary>
    private static readonly Dictionary<string, string> Fields = new()
    {
        ["Query.postgresQuery"] = "reader",
        ["Query.icebergQuery"] = "reader",
        ["Query.federatedQuery"] = "reader",
        ["Query.explainQuery"] = "reader",
        ["Query.postgresTables"] = "reader",
        ["Query.icebergTables"] = "reader",
        ["Query.tables"] = "reader",
        ["Query.table"] = "reader",
        ["Query.postgresTableStats"] = "reader",
        ["Query.icebergTableStats"] = "reader",
        ["Query.getRecommendedDataSource"] = "reader",
        ["Query.logs"] = "reader",
        ["Query.logHistogram"] = "reader",
        ["Query.logFieldValues"] = "reader",
        ["Query.ingestStatus"] = "reader",
        ["Query.jobs"] = "reader",
        ["Query.job"] = "reader",
        ["Query.queryMetrics"] = "reader",
        ["Query.sales"] = "reader",
        ["Query.salesAggregate"] = "reader",
        ["Mutation.configureTiering"] = "admin",
        ["Mutation.archiveTable"] = "admin",
        ["Mutation.configureRowMutations"] = "admin",
        ["Mutation.configureTableMaintenance"] = "admin",
        ["Mutation.runTableMaintenance"] = "admin",
        ["Mutation.setupAnalyticsIntegration"] = "admin",
        ["Mutation.repartitionTable"] = "admin",
        ["Mutation.eraseRows"] = "admin",
        ["Mutation.verifyTable"] = "admin",
        ["Mutation.materializeQuery"] = "admin",
        ["Mutation.dropMaterialization"] = "admin",
        ["Mutation.cancelJob"] = "admin",
        ["Mutation.resumeJob"] = "admin",
        ["Mutation.ingestLogs"] = "writer",
        ["Subscription.logTail"] = "reader",
        ["Subscription.ingestStatusChanged"] = "reader",
        ["Subscription.jobChanged"] = "reader",
    };

    /// <summary>Of the schema's types below the roots: what fields of other types there are is no matter of roles.</summary>
    private static readonly string[] RootTypes = ["Query", "Mutation", "Subscription"];

    /// <summary>The role that each endpoint needs, by method and pattern; "any": whoever has a key; "open": everybody.</summary>
    private static readonly Dictionary<string, string> Endpoints = new()
    {
        ["* /graphql"] = "any",
        ["GET /graphql/schema"] = "any",
        ["HEAD /graphql/schema"] = "any",
        ["POST /graphql/schema/refresh"] = "admin",
        ["GET /graphql/assets/{version}/{name}"] = "open",
        ["HEAD /graphql/assets/{version}/{name}"] = "open",
        ["GET /"] = "open",
        ["HEAD /"] = "any",
        ["POST /"] = "writer",
        ["GET /tables"] = "open",
        ["HEAD /tables"] = "open",
        ["GET /tables/{namespace}/{name}"] = "open",
        ["HEAD /tables/{namespace}/{name}"] = "open",
        ["GET /sql"] = "open",
        ["HEAD /sql"] = "open",
        ["GET /operations"] = "open",
        ["HEAD /operations"] = "open",
        ["GET /auth"] = "open",
        ["GET /auth/me"] = "any",
        ["GET /sign-in"] = "open",
        ["HEAD /sign-in"] = "open",
        ["GET /assets/{name}"] = "open",
        ["HEAD /assets/{name}"] = "open",
        ["GET /health/live"] = "open",
        ["GET /health/ready"] = "open",
        ["GET /openapi.json"] = "open",
        ["GET /metrics"] = "reader",
        ["* /iceberg/{**path}"] = "any",
        ["GET /logs"] = "reader",
        ["POST /logs"] = "writer",
        ["POST /logs/v1/container"] = "reader",
        ["GET /logs/download"] = "reader",
        ["GET /logs/tail"] = "reader",
        ["POST /sql/{source}"] = "reader",
        ["POST /v1/logs"] = "writer",
        ["POST /loki/api/v1/push"] = "writer",
        ["POST /_bulk"] = "writer",
        ["PUT /_bulk"] = "writer",
        ["POST /{index}/_bulk"] = "writer",
        ["PUT /{index}/_bulk"] = "writer",
        ["GET /_license"] = "any",
        ["GET /_xpack"] = "any",
        ["GET /_cluster/health/{**index}"] = "any",
        ["GET /_cat/health"] = "any",
        ["HEAD /_cat/health"] = "any",
        ["GET /_nodes/{**what}"] = "any",
    };

    /// <summary>Acknowledged, and without effect.</summary>
    private static readonly string[] Shippers = ["_template", "_index_template", "_component_template", "_ilm/policy", "_ingest/pipeline", "_data_stream", "_alias"];

    /// <summary>Operations of the catalog that read.</summary>
    private static readonly string[] CatalogReads =
    [
        "getConfig", "listNamespaces", "loadNamespaceMetadata", "namespaceExists", "listTables", "loadTable", "tableExists", "loadCredentials", "reportMetrics",
        "listFunctions", "loadFunction", "fetchPlanningResult", "listViews", "loadView", "viewExists",
    ];

    [Fact]
    public async Task Fields_WithEveryRole_AreHadByThoseWhoMay()
    {
        var schema = Utf8Parser.Parse(await TextAsync("GET", "/graphql/schema", "reader"));
        var types = schema.Definitions.OfType<TypeDefinitionNode>().ToDictionary(type => type.Name);
        var fields = RootTypes.SelectMany(root => ((ObjectTypeDefinitionNode)types[root]).Fields.Select(field => (Name: $"{root}.{field.Name}", Document: Document(root, field, types)))).ToList();
        Assert.Equal(Fields.Keys.Order(StringComparer.Ordinal), fields.Select(field => field.Name).Order(StringComparer.Ordinal));

        var wrong = new List<string>();
        foreach (var (name, document) in fields)
        {
            foreach (var role in Roles)
            {
                var expected = role == "nobody" ? "UNAUTHENTICATED" : role == "admin" || role == Fields[name] ? "" : "FORBIDDEN";
                var given = await RefusalAsync(document, role);
                if (given != expected)
                {
                    wrong.Add($"{name} as {role}: '{given}' instead of '{expected}' ({document})");
                }
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Endpoints_WithEveryRole_AreHadByThoseWhoMay()
    {
        var expected = new Dictionary<string, string>(Endpoints);
        foreach (var thing in Shippers)
        {
            foreach (var method in new[] { "GET", "HEAD", "PUT", "POST" })
            {
                expected[$"{method} /{thing}/{{name}}"] = "any";
            }
        }

        var mapped = Mapped().ToList();
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), mapped.Order(StringComparer.Ordinal));

        var wrong = new List<string>();
        foreach (var endpoint in mapped.Where(endpoint => endpoint != "* /iceberg/{**path}"))
        {
            var (method, pattern) = endpoint.Split(' ') is [var first, var second] ? (first == "*" ? "POST" : first, second) : throw new InvalidOperationException(endpoint);
            foreach (var role in Roles)
            {
                await CheckAsync(method, Sample(pattern), role, expected[endpoint], wrong);
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Catalog_WithEveryRole_IsReadByReadersAndWrittenByAdmins()
    {
        var wrong = new List<string>();
        foreach (var route in RestRoutes.All)
        {
            foreach (var role in Roles)
            {
                await CheckAsync(route.Method, "/iceberg" + Sample(route.Template.Replace("/{prefix}", "", StringComparison.Ordinal)), role, CatalogReads.Contains(route.Id) ? "reader" : "admin", wrong);
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Refusals_OfEachProtocol_AreInItsOwnWords()
    {
        Assert.Equal("UNAUTHENTICATED", (await JsonAsync("POST", "/logs", null)).GetProperty("code").GetString());
        Assert.Equal("security_exception", (await JsonAsync("POST", "/_bulk", null)).GetProperty("error").GetProperty("type").GetString());
        Assert.Equal(16, (await JsonAsync("POST", "/v1/logs", null)).GetProperty("code").GetInt32());
        Assert.Equal(7, (await JsonAsync("POST", "/v1/logs", "reader")).GetProperty("code").GetInt32());
        var catalog = (await JsonAsync("GET", "/iceberg/v1/config", null)).GetProperty("error");
        Assert.Equal((401, "NotAuthorizedException"), (catalog.GetProperty("code").GetInt32(), catalog.GetProperty("type").GetString()));
        Assert.Equal(
            "UNAUTHENTICATED",
            (await JsonAsync("POST", "/graphql", null)).GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());
        Assert.Equal(
            "POST /logs needs the role writer; '" + gateway.KeyOf("reader")![3..19] + "' has reader.", (await JsonAsync("POST", "/logs", "reader")).GetProperty("detail").GetString());
        using var missing = await gateway.SendAsync("POST", "/logs", null);
        Assert.Equal("Bearer realm=\"federatedquery\"", missing.Headers.WwwAuthenticate.ToString());
        using var bulk = await gateway.SendAsync("POST", "/_bulk", "fq_bad");
        Assert.Equal("Bearer realm=\"federatedquery\", error=\"invalid_token\", Basic realm=\"federatedquery\", charset=\"UTF-8\", ApiKey", bulk.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task Mutation_OneFieldIsForbidden_NoneIsExecuted()
    {
        var document = """mutation { ingestLogs(input: [{ message: "never", level: "INFO" }]) { accepted } eraseRows(tableName: "sales", where: "id = 1") { id } }""";
        using var response = await gateway.SendAsync(
            "POST", "/graphql", gateway.KeyOf("writer"), JsonContent.Create(new { query = document }), "application/graphql-response+json");

        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        var error = Assert.Single(answer.GetProperty("errors").EnumerateArray());
        Assert.Equal($"Field 'Mutation.eraseRows' needs the role admin; '{gateway.KeyOf("writer")![3..19]}' has writer.", error.GetProperty("message").GetString());
        Assert.False(answer.TryGetProperty("data", out _));
    }

    [Fact]
    public async Task Tables_OfKeys_AreNotSeenBySql()
    {
        foreach (var (field, table) in new[] { ("postgresQuery", "federated_query.api_keys"), ("federatedQuery", "federated_query.api_keys"), ("icebergQuery", "api_keys") })
        {
            using var response = await gateway.SendAsync(
                "POST", "/graphql", gateway.KeyOf("admin"), JsonContent.Create(new { query = $"{{ {field}(query: \"SELECT * FROM {table}\") {{ data }} }}" }));
            var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
            Assert.True(answer.TryGetProperty("errors", out _), answer.ToString());
        }
    }

    private static IEnumerable<string> Mapped()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddGateway(TestSettings.ReadRight());
        using var app = builder.Build();
        GatewayHost.MapEndpoints(app);
        Assert.Empty(EndpointAccessExtensions.Unruled(app));
        return
        [
            .. from source in ((IEndpointRouteBuilder)app).DataSources
               from endpoint in source.Endpoints.OfType<RouteEndpoint>()
               from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["*"]
               select $"{method} /{endpoint.RoutePattern.RawText!.Trim('/')}",
        ];
    }

    private async Task CheckAsync(string method, string path, string role, string needed, List<string> wrong)
    {
        using var response = await gateway.SendAsync(method, path, gateway.KeyOf(role));
        var isRefused = response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden;
        HttpStatusCode? expected = needed == "open" ? null
            : role == "nobody" ? HttpStatusCode.Unauthorized
            : needed == "any" || role == "admin" || role == needed ? null
            : HttpStatusCode.Forbidden;
        if (expected is null ? isRefused : response.StatusCode != expected)
        {
            wrong.Add($"{method} {path} as {role}: {(int)response.StatusCode}");
        }
    }

    /// <summary>The code of the refusal; empty where there is none.</summary>
    private async Task<string> RefusalAsync(string document, string role)
    {
        using var response = await gateway.SendAsync(
            "POST", "/graphql", gateway.KeyOf(role), JsonContent.Create(new { query = document }), document.StartsWith("subscription", StringComparison.Ordinal) ? "text/event-stream" : null);
        string body;
        if (response.Content.Headers.ContentType?.MediaType == "text/event-stream")
        {
            // What is let in may have nothing to say for now; what is refused says so at once.
            using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
            body = await FirstEventAsync(response, patience.Token);
        }
        else
        {
            body = await response.Content.ReadAsStringAsync();
        }

        Assert.DoesNotContain("VALIDATION", body, StringComparison.Ordinal);
        return body.Contains("\"UNAUTHENTICATED\"", StringComparison.Ordinal) ? "UNAUTHENTICATED" : body.Contains("\"FORBIDDEN\"", StringComparison.Ordinal) ? "FORBIDDEN" : "";
    }

    private static async Task<string> FirstEventAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
            while (await reader.ReadLineAsync(cancellationToken) is { } line)
            {
                if (line.StartsWith("data: {", StringComparison.Ordinal))
                {
                    return line;
                }
            }

            return "";
        }
        catch (OperationCanceledException)
        {
            return "";
        }
    }

    private async Task<JsonElement> JsonAsync(string method, string path, string? role)
    {
        using var response = await gateway.SendAsync(method, path, role is null ? null : gateway.KeyOf(role));
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    private async Task<string> TextAsync(string method, string path, string role)
    {
        using var response = await gateway.SendAsync(method, path, gateway.KeyOf(role));
        return await response.Content.ReadAsStringAsync();
    }

    private static string Sample(string pattern) => System.Text.RegularExpressions.Regex.Replace(pattern, @"\{[^}]*\}", "none");

    /// <summary>An operation that asks for the field, with arguments that are valid and mean nothing.</summary>
    private static string Document(string root, FieldDefinitionNode field, Dictionary<string, TypeDefinitionNode> types)
    {
        var arguments = string.Join(", ", field.Arguments.Where(argument => argument.Type is NonNullTypeNode).Select(argument => $"{argument.Name}: {Value(argument.Type, types)}"));
        var selection = types.GetValueOrDefault(field.Type.NamedType.Name) is ObjectTypeDefinitionNode ? " { __typename }" : "";
        return $"{root.ToLowerInvariant()} {{ {field.Name}{(arguments.Length > 0 ? $"({arguments})" : "")}{selection} }}";
    }

    private static string Value(TypeNode type, Dictionary<string, TypeDefinitionNode> types) => type switch
    {
        NonNullTypeNode required => Value(required.Type, types),
        ListTypeNode list => $"[{Value(list.Type, types)}]",
        NamedTypeNode named => types.GetValueOrDefault(named.Name) switch
        {
            EnumTypeDefinitionNode values => values.Values[0].Name,
            InputObjectTypeDefinitionNode input => $"{{{string.Join(", ", input.Fields.Where(field => field.Type is NonNullTypeNode).Select(field => $"{field.Name}: {Value(field.Type, types)}"))}}}",
            _ => named.Name switch
            {
                "DateTime" => "\"2020-01-01T00:00:00Z\"",
                "UUID" => "\"01890000-0000-7000-8000-000000000001\"",
                "Int" or "Long" => "1",
                "Boolean" => "true",
                _ => "\"none\"",
            },
        },
        _ => throw new InvalidOperationException(type.ToString()),
    };
}
