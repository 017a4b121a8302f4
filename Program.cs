using AccountClosure;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;

var builder = FunctionsApplication.CreateBuilder(args);
builder.AddAccountClosure(builder.Configuration);
await builder.Build().RunAsync();
