namespace FederatedQuery.Gateway.FunctionalTests.IcebergRest;

/// <param name="Template">As the API's file has the path; null: a path that is none of its.</param>
/// <param name="Path">Encoded.</param>
internal sealed record RestCall(string Method, string? Template, string Path, int Status, string? Body = null)
{
    public string? ContentType { get; init; } = "application/json";
}

/// <summary>Requests of every operation, good and bad, in an order in which each finds what it needs.</summary>
internal static class RestCorpus
{
    private const string Namespaces = "/v1/{prefix}/namespaces";
    private const string Namespace = "/v1/{prefix}/namespaces/{namespace}";
    private const string Tables = Namespace + "/tables";
    private const string Table = Tables + "/{table}";
    private const string Rename = "/v1/{prefix}/tables/rename";
    private const string Commit = "/v1/{prefix}/transactions/commit";
    private const string Schema = RestGateway.Schema;

    private const string NestedSchema =
        """
        {"type":"struct","fields":[{"id":4,"name":"point","required":false,"doc":"where","type":{"type":"struct","fields":[{"id":9,"name":"x","required":true,"type":"decimal(9, 2)"}]}},
        {"id":5,"name":"tags","required":false,"type":{"type":"map","key-id":6,"key":"string","value-id":7,"value":{"type":"list","element-id":8,"element":"uuid","element-required":true},"value-required":false}}]}
        """;

    private const string ScanReport =
        """
        {"report-type":"scan-report","table-name":"t","snapshot-id":1,"filter":true,"schema-id":0,"projected-field-ids":[1],"projected-field-names":["id"],
         "metrics":{"total-planning-duration":{"count":1,"time-unit":"nanoseconds","total-duration":2644235116},"result-data-files":{"unit":"count","value":1}},"metadata":{"engine":"test"}}
        """;

    private const string CommitReport =
        """{"report-type":"commit-report","table-name":"t","snapshot-id":1,"sequence-number":1,"operation":"append","metrics":{}}""";

    /// <param name="space">A namespace that is not there yet.</param>
    /// <param name="warehouse">The folder of the tables.</param>
    public static IReadOnlyList<RestCall> Create(string space, string warehouse) =>
    [
        .. Configuration(warehouse), .. OfNamespaces(space), .. OfTables(space, warehouse), .. OfCommits(space, warehouse), .. OfReports(space),
        .. NotServed(space), .. NotOfTheApi(space), .. CleaningUp(space),
    ];

    private static IEnumerable<RestCall> Configuration(string warehouse) =>
    [
        new("GET", "/v1/config", "/v1/config", 200),
        new("GET", "/v1/config", "/v1/config?warehouse=", 200),
        new("GET", "/v1/config", "/v1/config?warehouse=federatedquery", 200),
        new("GET", "/v1/config", $"/v1/config?warehouse={Uri.EscapeDataString("file://" + warehouse)}", 200),
        new("GET", "/v1/config", "/v1/config?warehouse=other", 404),
        new("GET", "/v1/config", "/v1/config?warehouse=a&warehouse=b", 400),
    ];

    private static IEnumerable<RestCall> OfNamespaces(string space) =>
    [
        new("POST", Namespaces, "/v1/namespaces", 200, $$"""{"namespace":["{{space}}"],"properties":{"owner":"Ünal \"x\" 🙂"},"unknown":[1]}"""),
        new("POST", Namespaces, "/v1/namespaces", 409, $$"""{"namespace":["{{space}}"]}"""),
        new("POST", Namespaces, "/v1/federatedquery/namespaces", 200, $$"""{"namespace":["{{space}}","in","ner"],"properties":null}"""),
        new("POST", Namespaces, "/v1/other/namespaces", 404, $$"""{"namespace":["x"]}"""),
        new("POST", Namespaces, "/v1/namespaces", 400, """{"namespace":[]}"""),
        new("POST", Namespaces, "/v1/namespaces", 400, """{"namespace":["a.b"]}"""),
        new("POST", Namespaces, "/v1/namespaces", 400, """{"namespace":["a/b"]}"""),
        new("POST", Namespaces, "/v1/namespaces", 400, """{"namespace":[""]}"""),
        new("POST", Namespaces, "/v1/namespaces", 400, """{"namespace":[".."]}"""),
        new("POST", Namespaces, "/v1/namespaces", 400, """{"namespace":["a\u0000"]}"""),
        new("POST", Namespaces, "/v1/namespaces", 400, """{"namespace":["\ud800"]}"""),
        new("POST", Namespaces, "/v1/namespaces", 400, $$"""{"namespace":["{{new string('x', 300)}}"]}"""),
        new("POST", Namespaces, "/v1/namespaces", 400, """{"namespace":"text"}"""),
        new("POST", Namespaces, "/v1/namespaces", 400, """{"namespace":["a"],"properties":{"k":7}}"""),
        new("POST", Namespaces, "/v1/namespaces", 400, """{"namespace":["a"],"properties":{"exists":"false"}}"""),
        new("POST", Namespaces, "/v1/namespaces", 400, $$$"""{"namespace":["a"],"properties":{"k":"{{{new string('v', 1001)}}}"}}"""),
        new("POST", Namespaces, "/v1/namespaces", 400, """{"namespace":["a"],"namespace":["b"]}"""),
        new("POST", Namespaces, "/v1/namespaces", 400, "[]"),
        new("POST", Namespaces, "/v1/namespaces", 400, "{"),
        new("POST", Namespaces, "/v1/namespaces", 400, ""),
        new("POST", Namespaces, "/v1/namespaces", 400, new string('[', 5000)),
        new("POST", Namespaces, "/v1/namespaces", 415, """{"namespace":["a"]}""") { ContentType = "text/plain" },
        new("POST", Namespaces, "/v1/namespaces", 415, """{"namespace":["a"]}""") { ContentType = null },
        new("POST", Namespaces, "/v1/namespaces", 413, $$"""{"namespace":["{{new string('x', 17 << 20)}}"]}"""),
        new("GET", Namespaces, "/v1/namespaces", 200),
        new("GET", Namespaces, "/v1/namespaces?parent=", 200),
        new("GET", Namespaces, $"/v1/namespaces?parent={space}", 200),
        new("GET", Namespaces, $"/v1/namespaces?parent={space}%1Fin", 200),
        new("GET", Namespaces, "/v1/namespaces?parent=nobody", 404),
        new("GET", Namespaces, "/v1/namespaces?parent=a.b", 400),
        new("GET", Namespaces, "/v1/namespaces?pageToken=&pageSize=1", 200),
        new("GET", Namespaces, "/v1/namespaces?pageToken=&pageSize=0", 400),
        new("GET", Namespaces, "/v1/namespaces?pageToken=&pageSize=many", 400),
        new("GET", Namespaces, "/v1/namespaces?pageToken=%21%21", 400),
        new("GET", Namespace, $"/v1/namespaces/{space}", 200),
        new("GET", Namespace, $"/v1/namespaces/{space}%1Fin", 200),
        new("GET", Namespace, $"/v1/namespaces/{space}%1Fin%1Fner", 200),
        new("GET", Namespace, "/v1/namespaces/nobody", 404),
        new("GET", Namespace, "/v1/namespaces/a%2Fb", 400),
        new("GET", Namespace, "/v1/namespaces/a%252Fb", 404),
        new("HEAD", Namespace, $"/v1/namespaces/{space}", 204),
        new("HEAD", Namespace, "/v1/namespaces/nobody", 404),
        new("POST", Namespace + "/properties", $"/v1/namespaces/{space}/properties", 200, """{"removals":["owner","nothing"],"updates":{"a":"1","b":""}}"""),
        new("POST", Namespace + "/properties", $"/v1/namespaces/{space}/properties", 200, "{}"),
        new("POST", Namespace + "/properties", $"/v1/namespaces/{space}/properties", 422, """{"removals":["a"],"updates":{"a":"1"}}"""),
        new("POST", Namespace + "/properties", $"/v1/namespaces/{space}/properties", 400, """{"removals":["exists"]}"""),
        new("POST", Namespace + "/properties", $"/v1/namespaces/{space}/properties", 400, """{"removals":[null]}"""),
        new("POST", Namespace + "/properties", "/v1/namespaces/nobody/properties", 404, """{"updates":{"a":"1"}}"""),
    ];

    private static IEnumerable<RestCall> OfTables(string space, string warehouse)
    {
        var tables = $"/v1/namespaces/{space}/tables";
        return
        [
            new("GET", Tables, tables, 200),
            new("GET", Tables, "/v1/namespaces/nobody/tables", 404),
            new("POST", Tables, tables, 200, $$$"""{"name":"t","schema":{{{Schema}}},"properties":{"a":"b"}}"""),
            new("POST", Tables, tables, 409, $$"""{"name":"t","schema":{{Schema}}}"""),
            new("POST", Tables, tables, 200, $$"""{"name":"wide table","schema":{{NestedSchema}},"stage-create":false}"""),
            new("POST", Tables, tables, 200, $$$"""{"name":"v3","schema":{{{Schema}}},"properties":{"format-version":"3"}}"""),
            new("POST", Tables, tables, 200, $$"""{"name":"placed","schema":{{Schema}},"location":"file://{{warehouse}}/placed-{{space}}"}"""),
            new("POST", Tables, tables, 200, $$$"""{"name":"staged","schema":{{{Schema}}},"stage-create":true,"partition-spec":{"fields":[{"source-id":1,"name":"b","transform":"bucket[4]"}]}}"""),
            new("POST", Tables, tables, 409, $$"""{"name":"t","schema":{{Schema}},"stage-create":true}"""),
            new("POST", Tables, tables, 400, $$$"""{"name":"x","schema":{{{Schema}}},"properties":{"format-version":"1"}}"""),
            new("POST", Tables, tables, 400, $$"""{"name":"x","schema":{{Schema}},"location":"file:///etc"}"""),
            new("POST", Tables, tables, 400, $$"""{"name":"x","schema":{{Schema}},"location":"file://{{warehouse}}"}"""),
            new("POST", Tables, tables, 400, $$"""{"name":"x","schema":{{Schema}},"location":"file://{{warehouse}}/placed-{{space}}/below"}"""),
            new("POST", Tables, tables, 400, $$"""{"name":"x","schema":{{Schema}},"location":"file://{{warehouse}}/../up"}"""),
            new("POST", Tables, tables, 400, $$"""{"name":"x","schema":{{Schema}},"location":""}"""),
            new("POST", Tables, tables, 400, $$"""{"name":"x","schema":{{Schema}},"location":"s3://bucket/x"}"""),
            new("POST", Tables, tables, 400, $$$"""{"name":"x","schema":{{{Schema}}},"properties":{"write.metadata.path":"file:///tmp/elsewhere"}}"""),
            new("POST", Tables, tables, 400, $$$"""{"name":"x","schema":{{{Schema}}},"partition-spec":{"fields":[{"source-id":9,"name":"b","transform":"bucket[4]"}]}}"""),
            new("POST", Tables, tables, 400, $$$"""{"name":"x","schema":{{{Schema}}},"partition-spec":{"fields":[{"source-id":1,"name":"b","transform":"bucket[0]"}]}}"""),
            new("POST", Tables, tables, 400, $$$"""{"name":"x","schema":{{{Schema}}},"partition-spec":{"fields":[{"source-id":2,"name":"b","transform":"hour"}]}}"""),
            new("POST", Tables, tables, 400, $$$"""{"name":"x","schema":{{{Schema}}},"write-order":{"order-id":1,"fields":[{"source-id":9,"transform":"identity","direction":"asc","null-order":"nulls-first"}]}}"""),
            new("POST", Tables, tables, 400, """{"name":"x","schema":{"type":"struct","fields":[{"id":1,"name":"v","type":"variant","required":false}]}}"""),
            new("POST", Tables, tables, 400, """{"name":"x","schema":{"type":"struct","fields":[{"id":1,"name":"","type":"long","required":false}]}}"""),
            new("POST", Tables, tables, 400, """{"name":"x","schema":{"type":"struct","fields":[{"id":1,"name":"a","type":"long","required":false},{"id":1,"name":"b","type":"long","required":false}]}}"""),
            new("POST", Tables, tables, 400, """{"name":"x","schema":{"type":"struct","fields":[{"id":1,"name":"a","type":"decimal(99,2)","required":false}]}}"""),
            new("POST", Tables, tables, 400, """{"name":"x","schema":{"type":"list"}}"""),
            new("POST", Tables, tables, 400, """{"name":"x"}"""),
            new("POST", Tables, tables, 400, $$"""{"name":"a/b","schema":{{Schema}}}"""),
            new("POST", Tables, "/v1/namespaces/nobody/tables", 404, $$"""{"name":"x","schema":{{Schema}}}"""),
            new("POST", Tables, "/v1/namespaces/default/tables", 403, $$"""{"name":"visits","schema":{{Schema}}}"""),
            new("GET", Tables, tables + "?pageToken=&pageSize=2", 200),
            new("GET", Table, tables + "/t", 200),
            new("GET", Table, $"/v1/federatedquery/namespaces/{space}/tables/t?snapshots=refs", 200),
            new("GET", Table, tables + "/wide%20table?snapshots=all", 200),
            new("GET", Table, tables + "/wide+table", 200),
            new("GET", Table, tables + "/v3", 200),
            new("GET", Table, tables + "/t?snapshots=some", 400),
            new("GET", Table, tables + "/none", 404),
            new("GET", Table, "/v1/namespaces/nobody/tables/t", 404),
            new("GET", Table, tables + "/%01", 400),
            new("GET", Table, "/v1/namespaces/default/tables/visits", 200),
            new("HEAD", Table, tables + "/t", 204),
            new("HEAD", Table, tables + "/staged", 404),
            new("GET", Table + "/credentials", tables + "/t/credentials", 200),
            new("GET", Table + "/credentials", tables + "/none/credentials", 404),
            new("POST", Rename, "/v1/tables/rename", 204, $$$"""{"source":{"namespace":["{{{space}}}"],"name":"placed"},"destination":{"namespace":["{{{space}}}","in"],"name":"moved"}}"""),
            new("POST", Rename, "/v1/tables/rename", 404, $$$"""{"source":{"namespace":["{{{space}}}"],"name":"placed"},"destination":{"namespace":["{{{space}}}"],"name":"moved"}}"""),
            new("POST", Rename, "/v1/tables/rename", 404, $$$"""{"source":{"namespace":["{{{space}}}"],"name":"t"},"destination":{"namespace":["nobody"],"name":"moved"}}"""),
            new("POST", Rename, "/v1/tables/rename", 409, $$$"""{"source":{"namespace":["{{{space}}}"],"name":"t"},"destination":{"namespace":["{{{space}}}"],"name":"v3"}}"""),
            new("POST", Rename, "/v1/tables/rename", 403, $$$"""{"source":{"namespace":["{{{space}}}"],"name":"t"},"destination":{"namespace":["default"],"name":"visits"}}"""),
            new("POST", Rename, "/v1/tables/rename", 400, $$$"""{"source":{"namespace":["{{{space}}}"],"name":"t"}}"""),
            new("POST", Namespace + "/register", $"/v1/namespaces/{space}/register", 400, $$"""{"name":"r","metadata-location":"file://{{warehouse}}/no/metadata/00000-x.metadata.json"}"""),
            new("POST", Namespace + "/register", $"/v1/namespaces/{space}/register", 400, """{"name":"r","metadata-location":"file:///etc/passwd"}"""),
            new("POST", Namespace + "/register", $"/v1/namespaces/{space}/register", 400, """{"name":"r"}"""),
            new("POST", Namespace + "/register", "/v1/namespaces/nobody/register", 404, $$"""{"name":"r","metadata-location":"file://{{warehouse}}/x"}"""),
            new("POST", Table + "/unregister", tables + "/v3/unregister", 200),
            new("POST", Table + "/unregister", tables + "/v3/unregister", 404),
        ];
    }

    private static IEnumerable<RestCall> OfCommits(string space, string warehouse)
    {
        var table = $"/v1/namespaces/{space}/tables/t";
        var identifier = $$"""{"namespace":["{{space}}"],"name":"t"}""";
        string Updates(string updates) => $$"""{"requirements":[],"updates":[{{updates}}]}""";
        return
        [
            new("POST", Table, table, 200, Updates("")),
            new("POST", Table, table, 200, Updates("""{"action":"set-properties","updates":{"x":"1"}}""")),
            new("POST", Table, table, 200, $$"""{"identifier":{{identifier}},"requirements":[{"type":"assert-current-schema-id","current-schema-id":0},{"type":"assert-ref-snapshot-id","ref":"main","snapshot-id":null}],"updates":[{"action":"remove-properties","removals":["x"]}]}"""),
            new("POST", Table, table, 200, Updates("""{"action":"add-spec","spec":{"fields":[{"source-id":1,"name":"id_b","transform":"bucket[8]"}]}},{"action":"set-default-spec","spec-id":-1}""")),
            new("POST", Table, table, 200, Updates("""{"action":"add-sort-order","sort-order":{"order-id":5,"fields":[{"source-id":2,"transform":"identity","direction":"desc","null-order":"nulls-last"}]}},{"action":"set-default-sort-order","sort-order-id":-1}""")),
            new("POST", Table, table, 200, Updates("""{"action":"add-snapshot","snapshot":{"snapshot-id":7,"sequence-number":1,"timestamp-ms":1700000000000,"manifest-list":"LOCATION/metadata/a.avro","summary":{"operation":"append"}}}""")),
            new("POST", Table, table, 200, Updates("""{"action":"set-snapshot-ref","ref-name":"main","type":"branch","snapshot-id":7},{"action":"set-snapshot-ref","ref-name":"kept","type":"tag","snapshot-id":7,"max-ref-age-ms":1000},{"action":"set-statistics","statistics":{"snapshot-id":7,"statistics-path":"LOCATION/s.puffin","file-size-in-bytes":4,"file-footer-size-in-bytes":1,"blob-metadata":[]}}""")),
            new("GET", Table, table, 200),
            new("GET", Table, table + "?snapshots=refs", 200),
            new("POST", Table, table, 200, Updates("""{"action":"upgrade-format-version","format-version":3}""")),
            new("POST", Table, table, 409, """{"requirements":[{"type":"assert-create"}],"updates":[]}"""),
            new("POST", Table, table, 409, """{"requirements":[{"type":"assert-table-uuid","uuid":"9c12d441-03fe-4693-9a96-a0705ddf69c1"}],"updates":[]}"""),
            new("POST", Table, table, 409, """{"requirements":[{"type":"assert-ref-snapshot-id","ref":"main","snapshot-id":8}],"updates":[{"action":"set-properties","updates":{}}]}"""),
            new("POST", Table, table, 409, """{"requirements":[{"type":"assert-last-assigned-field-id","last-assigned-field-id":9}],"updates":[]}"""),
            new("POST", Table, table, 409, """{"requirements":[{"type":"assert-last-assigned-partition-id","last-assigned-partition-id":9}],"updates":[]}"""),
            new("POST", Table, table, 409, """{"requirements":[{"type":"assert-default-spec-id","default-spec-id":9}],"updates":[]}"""),
            new("POST", Table, table, 409, """{"requirements":[{"type":"assert-default-sort-order-id","default-sort-order-id":9}],"updates":[]}"""),
            new("POST", Table, table, 409, Updates("""{"action":"add-snapshot","snapshot":{"snapshot-id":9,"sequence-number":1,"timestamp-ms":1700000000000,"manifest-list":"LOCATION/metadata/b.avro","summary":{"operation":"append"},"first-row-id":0,"added-rows":1}}""")),
            new("POST", Table, table, 400, Updates("""{"action":"add-snapshot","snapshot":{"snapshot-id":9,"sequence-number":2,"timestamp-ms":1700000000000,"manifest-list":"file:///etc/passwd","summary":{"operation":"append"},"first-row-id":0,"added-rows":1}}""")),
            new("POST", Table, table, 400, Updates("""{"action":"set-location","location":"file:///etc"}""")),
            new("POST", Table, table, 400, Updates("""{"action":"polish"}""")),
            new("POST", Table, table, 400, Updates("""{"action":"add-view-version"}""")),
            new("POST", Table, table, 400, Updates("""{"action":"set-current-schema","schema-id":99}""")),
            new("POST", Table, table, 400, Updates("""{"action":"upgrade-format-version","format-version":9}""")),
            new("POST", Table, table, 400, """{"requirements":[{"type":"assert-weather"}],"updates":[]}"""),
            new("POST", Table, table, 400, """{"requirements":[{"type":"assert-view-uuid","uuid":"x"}],"updates":[]}"""),
            new("POST", Table, table, 400, """{"updates":[]}"""),
            new("POST", Table, table, 400, $$$"""{"identifier":{"namespace":["{{{space}}}"],"name":"other"},"requirements":[],"updates":[]}"""),
            new("POST", Table, table + "x", 404, Updates("""{"action":"set-properties","updates":{}}""")),
            new("POST", Table, table + "x", 404, Updates("")),
            new("POST", Table, $"/v1/namespaces/{space}/tables/made", 200, $$"""{"requirements":[{"type":"assert-create"}],"updates":[{"action":"add-schema","schema":{{Schema}}}]}"""),
            new("POST", Table, $"/v1/namespaces/{space}/tables/unmade", 400, """{"requirements":[{"type":"assert-create"}],"updates":[]}"""),
            new("POST", Table, "/v1/namespaces/nobody/tables/made", 404, $$"""{"requirements":[{"type":"assert-create"}],"updates":[{"action":"add-schema","schema":{{Schema}}}]}"""),
            new("POST", Commit, "/v1/transactions/commit", 204, $$$"""{"table-changes":[{"identifier":{{{identifier}}},"requirements":[],"updates":[{"action":"set-properties","updates":{"tx":"1"}}]}]}"""),
            new("POST", Commit, "/v1/transactions/commit", 400, """{"table-changes":[]}"""),
            new("POST", Commit, "/v1/transactions/commit", 400, """{"table-changes":[{"requirements":[],"updates":[]}]}"""),
            new("POST", Commit, "/v1/transactions/commit", 400, $$"""{"table-changes":[{"identifier":{{identifier}},"requirements":[],"updates":[]},{"identifier":{{identifier}},"requirements":[],"updates":[]}]}"""),
            new("POST", Commit, "/v1/transactions/commit", 404, $$$"""{"table-changes":[{"identifier":{"namespace":["{{{space}}}"],"name":"none"},"requirements":[],"updates":[]}]}"""),
            new("POST", Commit, "/v1/transactions/commit", 409, $$"""{"table-changes":[{"identifier":{{identifier}},"requirements":[{"type":"assert-default-spec-id","default-spec-id":9}],"updates":[]}]}"""),
        ];
    }

    private static IEnumerable<RestCall> OfReports(string space)
    {
        var metrics = $"/v1/namespaces/{space}/tables/t/metrics";
        return
        [
            new("POST", Table + "/metrics", metrics, 204, ScanReport),
            new("POST", Table + "/metrics", metrics, 204, CommitReport),
            new("POST", Table + "/metrics", metrics, 400, """{"report-type":"weather-report"}"""),
            new("POST", Table + "/metrics", metrics, 400, CommitReport.Replace("\"metrics\":{}", "\"metrics\":{\"x\":{\"unit\":\"count\"}}", StringComparison.Ordinal)),
            new("POST", Table + "/metrics", metrics, 400, CommitReport.Replace("\"metrics\":{}", "\"metrics\":[]", StringComparison.Ordinal)),
            new("POST", Table + "/metrics", $"/v1/namespaces/{space}/tables/none/metrics", 404, CommitReport),
        ];
    }

    private static IEnumerable<RestCall> NotServed(string space) =>
    [
        new("POST", Table + "/plan", $"/v1/namespaces/{space}/tables/t/plan", 406, "{}"),
        new("GET", Table + "/plan/{plan-id}", $"/v1/namespaces/{space}/tables/t/plan/1", 406),
        new("DELETE", Table + "/plan/{plan-id}", $"/v1/namespaces/{space}/tables/t/plan/1", 406),
        new("POST", Table + "/tasks", $"/v1/namespaces/{space}/tables/t/tasks", 406, "{}"),
        new("POST", Table + "/sign", $"/v1/namespaces/{space}/tables/t/sign", 406, "{}"),
        new("GET", Namespace + "/views", $"/v1/namespaces/{space}/views", 406),
        new("POST", Namespace + "/views", $"/v1/namespaces/{space}/views", 406, "{}"),
        new("GET", Namespace + "/views/{view}", $"/v1/namespaces/{space}/views/v", 406),
        new("HEAD", Namespace + "/views/{view}", $"/v1/namespaces/{space}/views/v", 406),
        new("POST", "/v1/{prefix}/views/rename", "/v1/views/rename", 406, "{}"),
        new("GET", Namespace + "/functions", $"/v1/namespaces/{space}/functions", 406),
    ];

    private static IEnumerable<RestCall> NotOfTheApi(string space) =>
    [
        new("GET", null, "/v1", 404),
        new("GET", null, "/", 404),
        new("GET", null, "/v2/config", 404),
        new("GET", null, $"/v1/namespaces/{space}/tables/t/parts", 404),
        new("PUT", null, $"/v1/namespaces/{space}", 405, "{}"),
        new("DELETE", null, "/v1/config", 405),
        new("PATCH", null, $"/v1/namespaces/{space}/tables/t", 405, "{}"),
    ];

    private static IEnumerable<RestCall> CleaningUp(string space) =>
    [
        new("DELETE", Table, $"/v1/namespaces/{space}/tables/made?purgeRequested=maybe", 400),
        new("DELETE", Table, $"/v1/namespaces/{space}/tables/made?purgeRequested=true", 204),
        new("DELETE", Table, $"/v1/namespaces/{space}/tables/made", 404),
        new("DELETE", Table, $"/v1/namespaces/{space}/tables/t?purgeRequested=false", 204),
        new("DELETE", Namespace, $"/v1/namespaces/{space}", 409),
        new("DELETE", Namespace, "/v1/namespaces/nobody", 404),
        new("DELETE", Namespace, $"/v1/namespaces/{space}%1Fin%1Fner", 204),
    ];
}
