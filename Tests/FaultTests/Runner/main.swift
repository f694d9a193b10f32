import FaultSimulation

await FaultRunner.main()
