using System.Text.Json;
using FederatedQuery.Gateway.Settings;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.Tests.Settings;

/// <summary>The Dockerfile, docker-compose.yml and <c>ecs/</c>, as far as they can be judged without Docker and AWS.</summary>
public class DeploymentFilesTests
{
    [Fact]
    public async Task Files_AreWhatTheirReadersTakeAndAgreeWithEachOther()
    {
        var names = JsonSerializer.Serialize(SettingNames.All.Select(setting => setting.Name));

        var output = JsonElement.Parse(await NodeScript.RunAsync("deployment.js", names));

        Assert.Equal(5, output.GetProperty("requests").GetInt32());
        Assert.Equal(["gateway", "postgres", "s3", "bucket"], output.GetProperty("services").EnumerateArray().Select(service => service.GetString()));
    }
}
