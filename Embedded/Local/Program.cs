using AccountClosure.Embedded.Local;

var (options, exitCode) = new LocalCommand().Parse(args, Console.Out, Console.Error);
return options is null ? exitCode : await LocalProgram.RunAsync(options, Terminal.ForConsole(), Console.Error);
