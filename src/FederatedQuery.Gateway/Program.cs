using FederatedQuery.Gateway.Cli;

return await GatewayCommand.RunAsync(args);
