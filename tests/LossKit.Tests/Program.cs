using LossKit.Tests.Support;

return KernelRun.Run(Console.Out);
